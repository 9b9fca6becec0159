/** As much of the wire format of protocol buffers as a file of ONNX needs: fields one after the other, each its number and type first. */

/** A message or part of it. */
export type Bytes = Uint8Array;

const join = (parts: readonly Bytes[]): Bytes => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** An integer ≥ 0, seven bits a byte, low ones first. */
function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** A field that is an integer ≥ 0. */
export const whole = (field: number, value: number): Bytes => join([varint(field * 8), varint(value)]);

/** A field that is an f32. */
export const single = (field: number, value: number): Bytes =>
  join([varint(field * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)]);

/** A field that is bytes, a text, or a message of these fields. */
export function field(number: number, value: Bytes | string | readonly Bytes[]): Bytes {
  const bytes =
    typeof value === 'string' ? new TextEncoder().encode(value) : value instanceof Uint8Array ? value : join(value);
  return join([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** Fields one after the other. */
export const message = join;
