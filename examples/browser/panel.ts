/** What a training looks like: buttons, a bar, a line of text, a curve of the loss. */
import { EPOCHS, type Outcome, type Progress } from './spirals.js';

const [WIDTH, HEIGHT] = [640, 320];

function element<K extends keyof HTMLElementTagNameMap>(
  parent: Element,
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  parent.append(made);
  return made;
}

export class Panel {
  readonly #context: CanvasRenderingContext2D;
  readonly #bar: HTMLProgressElement;
  readonly #text: HTMLElement;
  readonly #start: HTMLButtonElement;
  readonly #abort: HTMLButtonElement;
  #losses: number[] = [];

  constructor(section: Element, start: () => void, abort: () => void) {
    const canvas = element(section, 'canvas', { width: WIDTH, height: HEIGHT });
    this.#context = canvas.getContext('2d')!;
    this.#bar = element(section, 'progress', { max: EPOCHS, value: 0 });
    this.#text = element(section, 'p', { textContent: 'not trained' });
    this.#start = element(section, 'button', { textContent: 'Train' });
    this.#abort = element(section, 'button', { textContent: 'Abort', disabled: true });
    this.#start.onclick = () => {
      this.#losses = [];
      this.#running(true);
      start();
    };
    this.#abort.onclick = abort;
  }

  #running(running: boolean): void {
    this.#start.disabled = running;
    this.#abort.disabled = !running;
  }

  show({ epoch, loss, accuracy }: Progress): void {
    this.#losses.push(loss);
    this.#bar.value = epoch;
    this.#text.textContent = `epoch ${epoch}: loss ${loss.toFixed(4)}, ${(100 * accuracy).toFixed(1)} % right`;
    this.#draw();
  }

  end({ stopReason, seconds }: Outcome): void {
    this.#running(false);
    this.#text.textContent += `; ended (${stopReason}) after ${seconds.toFixed(1)} s`;
  }

  #draw(): void {
    const context = this.#context;
    const most = Math.max(...this.#losses);
    context.clearRect(0, 0, WIDTH, HEIGHT);
    context.strokeStyle = '#0b62a4';
    context.lineWidth = 3;
    context.beginPath();
    this.#losses.forEach((loss, i) => {
      const [x, y] = [(i / (EPOCHS - 1)) * WIDTH, HEIGHT - (loss / most) * (HEIGHT - 10)];
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.stroke();
  }
}
