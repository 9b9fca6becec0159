/**
 * Models and checkpoints as files. What is plain data goes into the metadata as JSON, a text for each part; arrays are
 * tensors.
 *
 *   checksum   two xxHash32, of what is before the checksum and of what is behind it
 *   format     "downhill 1.0": another first number is another format, a larger second one may say more than we know
 *   kind       "model", "checkpoint"
 */
import type { Checkpoint } from '../checkpoint.ts';
import { ArgumentError, type ModelState } from '../index.ts';
import { hex, isPlain, xxh32 } from '../internals.ts';
import type { AnyEstimator } from '../models/estimator.ts';
import { damaged, parseJson } from './json.ts';
import { restoreModel } from './restore.ts';
import { dtypeOf, elementsOf, readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts';

const NAME = 'downhill';
const MAJOR = 1;
const MINOR = 0;

/** What stands before the checksum, which comes first of all. */
const BEFORE = '{"__metadata__":{"checksum":"';
const AT = 8 + BEFORE.length;
const DIGITS = 16;

function checksum(file: Uint8Array): string {
  return hex(xxh32(file.subarray(0, AT))) + hex(xxh32(file.subarray(AT + DIGITS)));
}

const OWN = 'downhill.';

/** Names of arrays: parameters have their own, others begin with `downhill.`. */
const nameOf = ([first, ...rest]: readonly string[]): string =>
  first === 'parameters' ? rest.join('.') : OWN + [first, ...rest].join('.');

/** A value as JSON has it: arrays are put aside. */
function pack(
  value: unknown,
  path: readonly string[],
  aside: (path: readonly string[], array: ArrayBufferView) => string,
): unknown {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { number: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (ArrayBuffer.isView(value)) return { tensor: aside(path, value) };
  if (Array.isArray(value)) return value.map((one, i) => pack(one, [...path, String(i)], aside));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, pack(one, [...path, key], aside)]));
}

function unpack(value: unknown, arrayOf: (name: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => unpack(one, arrayOf));
  if (!isPlain(value)) return value;
  const entries = Object.entries(value);
  const [key, inner] = entries.length === 1 ? entries[0]! : [];
  if (typeof inner === 'string' && key === 'tensor') return arrayOf(inner);
  if (typeof inner === 'string' && key === 'number') return Number(inner);
  return Object.fromEntries(entries.map(([key, one]) => [key, unpack(one, arrayOf)]));
}

/** Plain data with a kind as a file. @internal */
export function encode(data: ModelState | Checkpoint): Uint8Array<ArrayBuffer> {
  const tensors: [string, StoredTensor][] = [];
  const shapes: Readonly<Record<string, readonly number[]>> = data.kind === 'model' ? data.shapes : {};
  const { kind, ...parts } = data;
  const texts = Object.entries(parts).map(([part, value]): [string, string] => {
    const packed = pack(value, [part], (path, array) => {
      const name = nameOf(path);
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      const { length } = array as Float64Array;
      const shape = (path[0] === 'parameters' && shapes[path[1]!]) || [length];
      tensors.push([name, { dtype: dtypeOf(array), shape, bytes }]);
      return name;
    });
    return [part, JSON.stringify(packed)];
  });
  const head: [string, string][] = [
    ['checksum', '0'.repeat(DIGITS)],
    ['format', `${NAME} ${MAJOR}.${MINOR}`],
    ['kind', kind],
  ];
  const file = writeSafetensors(tensors, [...head, ...texts]);
  file.set(new TextEncoder().encode(checksum(file)), AT);
  return file;
}

function checkFormat(format: string | undefined): void {
  const [, major, minor] = /^downhill (\d{1,6})\.(\d{1,6})$/.exec(format ?? '') ?? damaged('it is not one of downhill');
  if (Number(major) > MAJOR || (Number(major) === MAJOR && Number(minor) > MINOR)) {
    throw new ArgumentError(
      `the file is of a newer version: format ${major}.${minor}, this version reads ${MAJOR}.${MINOR} and older`,
      'ERR_FILE_VERSION',
    );
  }
}

/** What `encode` was given. @internal */
export function decode(file: Uint8Array): unknown {
  const { tensors, metadata } = readSafetensors(file);
  checkFormat(metadata.get('format'));
  const decoder = new TextDecoder();
  const stands = decoder.decode(file.subarray(8, AT)) === BEFORE;
  if (!stands || decoder.decode(file.subarray(AT, AT + DIGITS)) !== checksum(file)) damaged('its checksum is another');
  const used = new Set<string>();
  const arrayOf = (name: string): unknown => {
    const tensor = tensors.get(name) ?? damaged(`tensor ${JSON.stringify(name.slice(0, 40))} is missing`);
    if (used.has(name)) damaged(`tensor ${JSON.stringify(name.slice(0, 40))} is asked for twice`);
    used.add(name);
    return elementsOf(tensor);
  };
  const parts = [...metadata].filter(([part]) => part !== 'checksum' && part !== 'format');
  return Object.fromEntries(
    parts.map(([part, text]) => [part, part === 'kind' ? text : unpack(parseJson(text), arrayOf)]),
  );
}

/**
 * A fitted model, or a checkpoint of a run, as the bytes of a safetensors file: other tools can read it. A model is
 * everything that predictions and further fits need, the steps of its pipeline among it.
 * @throws {NotFittedError} before a fit. @throws {ArgumentError} if a step of the pipeline has no `state()`.
 */
export function save(what: AnyEstimator | ModelState | Checkpoint): Uint8Array<ArrayBuffer> {
  if (isPlain(what)) {
    if (what.kind === 'model' || what.kind === 'checkpoint') return encode(what as unknown as ModelState | Checkpoint);
  } else if (typeof (what as AnyEstimator | undefined)?.state === 'function') {
    return encode((what as AnyEstimator).state());
  }
  throw new ArgumentError('save: expected a model or a checkpoint');
}

function decodeKind(file: Uint8Array, kind: string): unknown {
  const data = decode(file) as { kind: string };
  if (data.kind !== kind)
    throw new ArgumentError(`expected the file of a ${kind}, got that of a ${String(data.kind).slice(0, 40)}`);
  return data;
}

/**
 * The model that `save` made bytes of: the same predictions and the same further steps, bit for bit.
 * @param options `engine`: the instance of the module to compute in.
 * @throws {ArgumentError} with code `ERR_FILE` if the file is cut, altered (by a single byte, anywhere) or made up, with
 * `ERR_FILE_VERSION` if it is of a newer version.
 */
export function load(file: Uint8Array, options?: Parameters<typeof restoreModel>[1]): AnyEstimator {
  return restoreModel(decodeKind(file, 'model') as ModelState, options);
}

/** The checkpoint that `save` made bytes of, for `resume`. @throws {ArgumentError} as `load`. */
export function loadCheckpoint(file: Uint8Array): Checkpoint {
  return decodeKind(file, 'checkpoint') as Checkpoint;
}
