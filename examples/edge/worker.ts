/**
 * A logistic model that goes on learning at the edge: a Worker, and a Durable Object that keeps the model.
 *
 * `POST /train` takes `{ x: number[][], y: (0 | 1)[] }`, `POST /predict` takes `{ x }`, `GET /` tells how it is. Rows are
 * kept and learned in batches, one step each, until a request has done as much work as WORK allows; what is left
 * over is learned by the requests that follow. There are no timers: clocks stand still while a request runs. Work is
 * counted instead, in rows times features.
 */
import { type LogisticRegression, logisticRegression, sgd } from 'downhill';
import { load, save } from 'downhill/store';

/** Of the types of Cloudflare's workers, what is used here. */
interface Storage {
  get<T>(key: string): Promise<T | undefined>;
  put(entries: Readonly<Record<string, unknown>>): Promise<void>;
}

interface Namespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}

export interface Environment {
  readonly MODEL: Namespace;
  /** Rows × features that a request may learn. */
  readonly WORK: number;
}

interface Rows {
  readonly x: number[][];
  readonly y: number[];
}

/** Rows of a step. */
const BATCH = 32;

/** Rows that may wait. A value of the storage holds 128 kB. */
const WAITING = 500;

/** Rows that wait must be of use when their turn comes. */
function check(x: number[][], y: number[], features: number | undefined): void {
  if (x.length !== y.length) throw new RangeError(`expected a target for each of ${x.length} rows, got ${y.length}`);
  x.forEach((row, i) => {
    if (row.length === features && row.every(Number.isFinite) && (y[i] === 0 || y[i] === 1)) return;
    throw new RangeError(`row ${i}: expected ${features} finite numbers and a target of 0 or 1`);
  });
}

export class ModelKeeper {
  readonly #storage: Storage;
  readonly #work: number;
  #model: LogisticRegression | undefined;
  #waiting: Rows = { x: [], y: [] };
  #learned = 0;

  constructor(state: { storage: Storage; blockConcurrencyWhile(body: () => Promise<void>): void }, env: Environment) {
    this.#storage = state.storage;
    this.#work = env.WORK;
    state.blockConcurrencyWhile(async () => {
      const bytes = await this.#storage.get<Uint8Array>('model');
      if (bytes) this.#model = load(bytes) as LogisticRegression;
      this.#waiting = (await this.#storage.get<Rows>('waiting')) ?? this.#waiting;
      this.#learned = (await this.#storage.get<number>('learned')) ?? 0;
    });
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    try {
      if (pathname === '/train') return await this.#train((await request.json()) as Rows);
      if (pathname === '/predict') return this.#predict((await request.json()) as Rows);
      return Response.json({ learned: this.#learned, waiting: this.#waiting.y.length });
    } catch (error) {
      const { name, message } = error as Error;
      return Response.json({ error: `${name}: ${message}` }, { status: 400 });
    }
  }

  async #train({ x, y }: Rows): Promise<Response> {
    const rows: Rows = { x: [...this.#waiting.x, ...x], y: [...this.#waiting.y, ...y] };
    check(x, y, rows.x[0]?.length);
    if (rows.y.length > WAITING) return Response.json({ error: 'too many rows wait' }, { status: 503 });
    // A copy learns: if that fails nothing has changed.
    const model = this.#model
      ? (load(save(this.#model)) as LogisticRegression)
      : logisticRegression({ classes: [0, 1] });
    let loss: number | null = null;
    let from = 0;
    for (let work = 0; from < rows.x.length; from += BATCH) {
      const batch = rows.x.slice(from, from + BATCH);
      work += batch.length * batch[0]!.length;
      if (work > this.#work && from > 0) break;
      ({ loss } = model.partialFit(batch, rows.y.slice(from, from + BATCH), { optimizer: sgd(0.1) }));
    }
    this.#model = model;
    this.#waiting = { x: rows.x.slice(from), y: rows.y.slice(from) };
    this.#learned += rows.x.length - this.#waiting.x.length;
    await this.#storage.put({ model: save(model), waiting: this.#waiting, learned: this.#learned });
    return Response.json({ loss, learned: this.#learned, waiting: this.#waiting.y.length });
  }

  #predict({ x }: Rows): Response {
    if (!this.#model) return Response.json({ error: 'nothing has been learned yet' }, { status: 409 });
    return Response.json({ probability: Array.from(this.#model.predictProbability(x)) });
  }
}

export default {
  /** Everything goes to the object of that name, so that there is one model. */
  fetch(request: Request, env: Environment): Promise<Response> {
    return env.MODEL.get(env.MODEL.idFromName('model')).fetch(request);
  },
};
