/** The container: written and read, and what is refused. The format is that of huggingface/safetensors. */
import { elementsOf, readSafetensors, type StoredTensor, writeSafetensors } from 'downhill/store';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A file made by hand. */
function file(header: string, data: Uint8Array | number = 0, length?: bigint): Uint8Array {
  const bytes = text(header);
  const rest = typeof data === 'number' ? new Uint8Array(data) : data;
  const out = new Uint8Array(8 + bytes.length + rest.length);
  new DataView(out.buffer).setBigUint64(0, length ?? BigInt(bytes.length), true);
  out.set(bytes, 8);
  out.set(rest, 8 + bytes.length);
  return out;
}

const entry = (dtype: string, shape: string, begin: number | string, end: number | string): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;

const refused = (bytes: Uint8Array, what: RegExp): void => {
  assert.throws(
    () => readSafetensors(bytes),
    (error: { code?: string; message: string }) => {
      assert.is(error.code, 'ERR_FILE', error.message);
      assert.match(error.message, what);
      return true;
    },
  );
};

test('the bytes are those of the format, by hand', () => {
  const written = writeSafetensors([
    ['a', { dtype: 'F32', shape: [2], bytes: new Uint8Array([0, 0, 128, 63, 0, 0, 0, 64]) }],
  ]);
  const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  ';
  assert.is(Buffer.from(written).toString('latin1'), `8\0\0\0\0\0\0\0${header}\0\0\x80\x3f\0\0\0\x40`);
  assert.equal([...elementsOf(readSafetensors(written).tensors.get('a')!)], [1, 2]);
});

test('everything comes back, wider elements first and on their boundaries', () => {
  const arrays = {
    bytes: new Uint8Array([1, 2, 3]),
    halves: new Int16Array([-1, 2]),
    singles: new Float32Array([0.5, Number.NaN, -0]),
    doubles: new Float64Array([1e300, -Infinity]),
    none: new Float64Array(0),
  };
  const dtypes = { bytes: 'U8', halves: 'I16', singles: 'F32', doubles: 'F64', none: 'F64' } as const;
  const tensors = Object.entries(arrays).map(([name, { buffer, length }]): [string, StoredTensor] => [
    name,
    { dtype: dtypes[name as keyof typeof dtypes], shape: [length], bytes: new Uint8Array(buffer) },
  ]);
  const written = writeSafetensors(tensors, [['author', 'somebody "quoted" ü']]);
  const { tensors: read, metadata } = readSafetensors(written);
  assert.is(metadata.get('author'), 'somebody "quoted" ü');
  for (const [name, array] of Object.entries(arrays)) {
    const elements = elementsOf(read.get(name)!);
    assert.is(elements.constructor, array.constructor);
    assert.equal(Buffer.from(elements.buffer, elements.byteOffset, elements.byteLength), Buffer.from(array.buffer));
    assert.is(elements.buffer, written.buffer, 'a view');
  }
  // From bytes that lie anywhere.
  const moved = new Uint8Array(written.length + 3).subarray(3);
  moved.set(written);
  assert.equal([...elementsOf(readSafetensors(moved).tensors.get('doubles')!)], [1e300, -Infinity]);
});

test('f16 and bf16: every value that IEEE 754 says', () => {
  const bits = new Uint16Array([0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x3555]);
  const half = elementsOf({ dtype: 'F16', shape: [8], bytes: new Uint8Array(bits.buffer) });
  // 1, −2, the largest, the smallest, −0, ±∞, the nearest to 1/3.
  assert.equal([...half], [1, -2, 65504, 2 ** -24, -0, Infinity, -Infinity, 0.333251953125]);
  assert.ok(Number.isNaN(elementsOf({ dtype: 'F16', shape: [1], bytes: new Uint8Array([1, 0x7c]) })[0]));
  const brain = new Uint16Array([0x3f80, 0xc049, 0x7f80]);
  assert.equal(
    [...elementsOf({ dtype: 'BF16', shape: [3], bytes: new Uint8Array(brain.buffer) })],
    [1, -3.140625, Infinity],
  );
  assert.throws(() => elementsOf({ dtype: 'I64', shape: [1], bytes: new Uint8Array(8) }), /I64 are not read/);
});

test('lengths that do not fit', () => {
  refused(new Uint8Array(0), /0 bytes are too few/);
  refused(new Uint8Array(9), /too few/);
  refused(file('{}', 0, 3n), /header of 3 bytes in a file of 10/);
  refused(file('{}', 0, 2n ** 63n), /header of 9223372036854775808 bytes/);
  refused(file('{}', 0, 2n ** 32n + 2n), /header of 4294967298 bytes/);
  refused(file('{}', 2 ** 24 + 100, 2n ** 24n + 1n), /header of 16777217 bytes/);
  refused(file('{}', 1), /tensors end at byte 0 of 1/);
});

test('headers that are no JSON, or more than that', () => {
  refused(file('[]'), /no object/);
  refused(file('{'), /damaged/);
  refused(file('{"a":1'), /damaged/);
  refused(file('{}x'), /more than a value/);
  refused(file('{"a" 1}'), /expected :/);
  refused(file('{"a":tru}'), /no value/);
  refused(file('{"a":01}'), /expected \}/);
  refused(file('{"a\n":1}'), /no string/);
  refused(file('{"a'), /does not end/);
  refused(file('{"a":"\\"}'), /does not end/);
  refused(file(`{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`), /more than 64 levels/);
  refused(file(`{"a":${'['.repeat(8_000_000)}`), /more than 64 levels/);
  refused(file('{"__proto__":{}}'), /key "__proto__"/);
  refused(file(`{"a":${entry('U8', '[0]', 0, 0)},"a":${entry('U8', '[0]', 0, 0)}}`), /key "a"/);
  refused(file('{"__metadata__":{"a":1}}'), /no texts by name/);
  refused(file('{"__metadata__":[]}'), /no texts by name/);
  const bytes = file('{"a":1}');
  bytes[10] = 0xff;
  refused(bytes, /no text/);
});

test('entries that do not fit', () => {
  const one = (text: string, data = 8): Uint8Array => file(`{"a":${text}}`, data);
  refused(one('1'), /no dtype, shape and data_offsets/);
  refused(one('{"dtype":"F32","shape":[2]}'), /no dtype/);
  refused(one('{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}'), /no dtype/);
  for (const dtype of ['F31', 'toString', '__proto__', 'f32', ''])
    refused(one(entry(dtype, '[2]', 0, 8)), /unknown dtype/);
  for (const shape of [
    '2',
    '[-2]',
    '[1.5]',
    '["2"]',
    '[1e400]',
    '[9007199254740993]',
    `[${'1,'.repeat(40)}2]`,
    'null',
  ]) {
    refused(one(entry('F32', shape, 0, 8)), /bad shape/);
  }
  for (const [begin, end] of [
    [-8, 0],
    ['0.5', 8],
    ['"0"', 8],
    [0, '1e400'],
    ['null', 8],
  ] as const) {
    refused(one(entry('F32', '[2]', begin, end)), /bad offsets/);
  }
  refused(one('{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}'), /bad offsets/);
  refused(one(entry('F32', '[3]', 0, 12)), /at \[0, 12\) of 8 bytes/);
  refused(one(entry('F32', '[3]', 0, 8)), /\[3\] of F32/);
  refused(one(entry('F32', '[2]', 8, 0)), /\[2\] of F32/);
  // 2⁵² · 2⁵² · 4 bytes, and 2³² · 2³² ≡ 0 where products wrap.
  refused(one(entry('F32', '[4503599627370496,4503599627370496]', 0, 8)), /of F32/);
  refused(one(entry('F32', '[4294967296,4294967296]', 0, 0)), /of F32/);
});

test('gaps and overlaps', () => {
  const two = (a: [number, number], b: [number, number], data: number): Uint8Array => {
    const of = ([begin, end]: [number, number]): string => entry('U8', `[${end - begin}]`, begin, end);
    return file(`{"a":${of(a)},"b":${of(b)}}`, data);
  };
  assert.is(readSafetensors(two([4, 8], [0, 4], 8)).tensors.size, 2);
  assert.is(readSafetensors(two([0, 8], [0, 0], 8)).tensors.size, 2);
  refused(two([0, 4], [5, 8], 8), /gap or overlap at byte 4/);
  refused(two([0, 4], [3, 8], 8), /gap or overlap at byte 3/);
  refused(two([0, 8], [0, 8], 8), /gap or overlap/);
  refused(two([1, 4], [4, 8], 8), /gap or overlap at byte 0/);
  refused(two([0, 4], [4, 8], 9), /end at byte 8 of 9/);
});

test('the writer refuses what it could not read', () => {
  const tensor: StoredTensor = { dtype: 'U8', shape: [2], bytes: new Uint8Array(2) };
  assert.throws(() => writeSafetensors([['a', { ...tensor, shape: [3] }]]), /\[3\] of U8 are not 2 bytes/);
  assert.throws(
    () =>
      writeSafetensors([
        ['a', tensor],
        ['a', tensor],
      ]),
    /there twice/,
  );
  assert.throws(() => writeSafetensors([['__metadata__', tensor]], [['a', 'b']]), /there twice/);
  assert.throws(() => writeSafetensors([['__metadata__', tensor]]), /there twice/);
  assert.throws(() => readSafetensors('text' as never), /a Uint8Array/);
});

test.run();
