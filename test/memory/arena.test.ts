import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena, sizeClass } from '#src/memory/arena.js';

class FakeMemory {
  buffer: ArrayBufferLike = { byteLength: 65536 } as ArrayBuffer;
  grown = 0;
  readonly limit: number;
  constructor(limit = 65536) {
    this.limit = limit;
  }
  grow(pages: number): number {
    const size = this.buffer.byteLength + pages * 65536;
    if (size > this.limit * 65536) throw new RangeError('limit');
    this.buffer = { byteLength: size } as ArrayBuffer;
    this.grown++;
    return 0;
  }
}

test('blocks are aligned, apart from each other, and reused by class', () => {
  const arena = new Arena(new FakeMemory(), 1040);
  const blocks = [1, 64, 65, 1000, 5000, 70000].map((bytes) => ({ bytes, at: arena.allocate(bytes) }));
  blocks.forEach(({ at }, i) => {
    assert.is(at % 64, 0);
    assert.ok(at >= 1040);
    if (i > 0) assert.ok(at >= blocks[i - 1]!.at + blocks[i - 1]!.bytes);
  });
  arena.free(blocks[3]!.at);
  assert.is(arena.allocate(1000), blocks[3]!.at);
});

test('a class wastes at most a fifth', () => {
  for (let bytes = 256; bytes < 3e6; bytes = Math.ceil(bytes * 1.013)) {
    const size = sizeClass(bytes);
    assert.ok(size >= bytes && size % 64 === 0);
    assert.ok(size - bytes <= Math.max(0.2 * size, 65536 * Number(bytes > 1 << 20), 64), `${bytes} → ${size}`);
  }
});

test('an empty arena starts anew', () => {
  const arena = new Arena(new FakeMemory(), 0);
  const a = arena.allocate(100);
  const b = arena.allocate(1e6);
  arena.free(a);
  arena.free(b);
  assert.is(arena.blocks, 0);
  assert.is(arena.used, 0);
  assert.is(arena.allocate(3e6), a);
});

test('a scope gives back what it allocated, also when it throws', () => {
  const arena = new Arena(new FakeMemory(), 0);
  const kept = arena.allocate(64);
  assert.throws(() =>
    arena.scope(() => {
      arena.allocate(64);
      arena.free(arena.allocate(640));
      throw new Error('out');
    }),
  );
  assert.is(arena.blocks, 1);
  arena.free(kept);
});

test('reserve grows once', () => {
  const memory = new FakeMemory();
  const arena = new Arena(memory, 0);
  arena.reserve(10e6);
  for (let i = 0; i < 100; i++) arena.allocate(1e5);
  assert.is(memory.grown, 1);
});

test('a refusal says how much was asked and how much there is, and changes nothing', () => {
  const arena = new Arena(new FakeMemory(20), 0);
  const block = arena.allocate(1e6);
  assert.throws(() => arena.allocate(5e6), /5046272 bytes asked, 1048576 in use of 1310720/);
  assert.throws(() => arena.allocate(2 ** 32), /4 GiB/);
  assert.is(arena.blocks, 1);
  arena.free(block);
});

test('freeing twice is an error', () => {
  const arena = new Arena(new FakeMemory(), 0);
  arena.allocate(64);
  const block = arena.allocate(64);
  arena.free(block);
  assert.throws(() => arena.free(block), /no block in use/);
});

test.run();
