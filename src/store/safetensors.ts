/**
 * The container: safetensors, as it is specified at huggingface/safetensors.
 *
 *   8 bytes: length of the header, u64 little-endian | header: JSON, padded with spaces | data
 *   header: name → { dtype, shape, data_offsets: [begin, end) }, and "__metadata__": texts by name
 *
 * The data of all tensors cover everything behind the header, without gaps and without overlap.
 */
import { ArgumentError } from '../index.ts';
import { isPlain } from '../internals.ts';
import { damaged, parseJson } from './json.ts';

/** Types of elements, and their bytes. */
const sizes = {
  ...{ F64: 8, I64: 8, U64: 8, F32: 4, I32: 4, U32: 4, F16: 2, BF16: 2, I16: 2, U16: 2 },
  ...{ I8: 1, U8: 1, BOOL: 1, F8_E4M3: 1, F8_E5M2: 1 },
};

export type StoredDtype = keyof typeof sizes;

export interface StoredTensor {
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  /** Elements in order, little-endian. */
  readonly bytes: Uint8Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Texts by name. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bytes of the largest header, and the most tensors, that are read. */
const HEADER = 16 * 2 ** 20;
const TENSORS = 100_000;
/** Where the text of a header begins. */
const START = 8;

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function readEntry(name: string, entry: unknown, length: number) {
  const at = `tensor ${JSON.stringify(name.slice(0, 40))}`;
  if (!isPlain(entry) || Object.keys(entry).length !== 3) return damaged(`${at} has no dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(sizes, dtype)) return damaged(`${at}: unknown dtype`);
  const isCount = (one: unknown): boolean => Number.isSafeInteger(one) && (one as number) >= 0;
  if (!Array.isArray(shape) || shape.length > 32 || !shape.every(isCount)) return damaged(`${at}: bad shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) return damaged(`${at}: bad offsets`);
  const [begin, end] = offsets as [number, number];
  const bytes = product(shape) * sizes[dtype as StoredDtype];
  // A product that has lost digits is larger than any file.
  if (end > length || end - begin !== bytes) {
    return damaged(`${at}: [${shape.join(', ')}] of ${dtype} at [${begin}, ${end}) of ${length} bytes`);
  }
  return { name, dtype: dtype as StoredDtype, shape: Object.freeze([...shape]) as readonly number[], begin, end };
}

function readMetadata(given: unknown): Map<string, string> {
  if (!isPlain(given)) return damaged('its metadata are no texts by name');
  const metadata = new Map<string, string>();
  for (const [key, value] of Object.entries(given)) {
    if (typeof value !== 'string') return damaged('its metadata are no texts by name');
    metadata.set(key, value);
  }
  return metadata;
}

/**
 * Reads a safetensors file, strictly: a length that does not fit, a header above 16 MiB or 100,000 tensors, unknown types,
 * shapes that do not fit their bytes, gaps, overlaps and the same name twice are refused, in time and memory proportional to
 * the bytes that came.
 * @returns tensors as views into the bytes, and metadata.
 * @throws {ArgumentError} with code `ERR_FILE`.
 */
export function readSafetensors(file: Uint8Array): Safetensors {
  if (!(file instanceof Uint8Array)) throw new ArgumentError('expected the bytes of a file, a Uint8Array');
  if (file.length < START + 2) damaged(`${file.length} bytes are too few`);
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const size = view.getUint32(0, true);
  if (view.getUint32(4, true) !== 0 || size > HEADER || size > file.length - START) {
    damaged(`a header of ${view.getBigUint64(0, true)} bytes in a file of ${file.length}`);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.subarray(START, START + size));
  } catch {
    return damaged('its header is no text');
  }
  const header = text[0] === '{' ? parseJson(text) : damaged('its header is no object');
  const { __metadata__, ...entries } = header as Record<string, unknown>;
  const data = file.subarray(START + size);
  const names = Object.keys(entries);
  if (names.length > TENSORS) damaged(`${names.length} tensors`);
  const parts = names.map((name) => readEntry(name, entries[name], data.length));
  let end = 0;
  for (const part of [...parts].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (part.begin !== end) damaged(`tensors leave a gap or overlap at byte ${Math.min(end, part.begin)}`);
    end = part.end;
  }
  if (end !== data.length) damaged(`tensors end at byte ${end} of ${data.length}`);
  return {
    tensors: new Map(
      parts.map(({ name, dtype, shape, begin, end }) => [name, { dtype, shape, bytes: data.subarray(begin, end) }]),
    ),
    metadata: __metadata__ === undefined ? new Map() : readMetadata(__metadata__),
  };
}

/**
 * Writes a safetensors file; wider elements come first, so that every tensor lies on a boundary of its elements.
 * @param tensors by name, bytes as many as shape and type say.
 * @throws {ArgumentError} if they are not, or a name is `__metadata__`.
 */
export function writeSafetensors(
  tensors: Iterable<readonly [name: string, tensor: StoredTensor]>,
  metadata: Iterable<readonly [name: string, text: string]> = [],
): Uint8Array<ArrayBuffer> {
  const parts = [...tensors].sort(([, a], [, b]) => sizes[b.dtype] - sizes[a.dtype]);
  const texts = Object.fromEntries(metadata);
  const entries = new Map<string, unknown>(Object.keys(texts).length > 0 ? [['__metadata__', texts]] : []);
  let length = 0;
  for (const [name, { dtype, shape, bytes }] of parts) {
    const reserved = name === '__proto__' || name === '__metadata__';
    if (reserved || entries.has(name)) throw new ArgumentError(`tensor ${name} is there twice`);
    if (product(shape) * sizes[dtype] !== bytes.length) {
      throw new ArgumentError(`tensor ${name}: [${shape.join(', ')}] of ${dtype} are not ${bytes.length} bytes`);
    }
    entries.set(name, { dtype, shape, data_offsets: [length, length + bytes.length] });
    length += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const size = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(START + size + length);
  new DataView(file.buffer).setUint32(0, size, true);
  file.set(text, START);
  file.fill(0x20, START + text.length, START + size);
  let at = START + size;
  for (const [, { bytes }] of parts) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/** f16 and bf16 as f32. */
function widen(bits: Uint16Array, dtype: 'F16' | 'BF16'): Float32Array {
  if (dtype === 'BF16') return new Float32Array(Uint32Array.from(bits, (one) => one << 16).buffer);
  return Float32Array.from(bits, (one) => {
    const sign = one & 0x8000 ? -1 : 1;
    const exponent = (one >>> 10) & 31;
    const fraction = (one & 1023) / 1024;
    if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
    return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
  });
}

const arrays = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

type Numbers =
  | (Float64Array | Float32Array | Int32Array | Uint32Array)
  | (Int16Array | Uint16Array | Int8Array | Uint8Array);

/**
 * The elements of a tensor: a view where they lie on their boundary, else a copy; f16 and bf16 as f32.
 * @throws {ArgumentError} on 64-bit integers and f8, which are not read.
 */
export function elementsOf({ dtype, bytes }: StoredTensor): Numbers {
  const kind = dtype === 'F16' || dtype === 'BF16' ? 'U16' : dtype;
  if (!Object.hasOwn(arrays, kind)) throw new ArgumentError(`elements of type ${dtype} are not read`);
  const Elements = arrays[kind as keyof typeof arrays];
  const size = Elements.BYTES_PER_ELEMENT;
  const { buffer, byteOffset } = byteOffsetFits(bytes, size) ? bytes : bytes.slice();
  const elements = new Elements(buffer as ArrayBuffer, byteOffset, bytes.length / size);
  return dtype === 'F16' || dtype === 'BF16' ? widen(elements as Uint16Array, dtype) : elements;
}

const byteOffsetFits = ({ byteOffset }: Uint8Array, size: number): boolean => byteOffset % size === 0;

/** The type of a typed array. */
export function dtypeOf(array: ArrayBufferView): StoredDtype {
  const found = Object.entries(arrays).find(([, Elements]) => array instanceof Elements);
  if (!found) throw new ArgumentError('a typed array of this kind cannot be stored');
  return found[0] as StoredDtype;
}
