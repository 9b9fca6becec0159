/** A graph of ONNX in the making. Field numbers are those of onnx.proto3. */
import { type Bytes, field, message, single, whole } from './protobuf.ts';

/** Types of elements. */
const types = { f32: 1, i64: 7, f64: 11 } as const;

/** The operators are those of opset 17, the last that was out in 2022. */
const OPSET = 17;
const IR_VERSION = 8;

type Attribute = number | readonly number[] | { readonly float: number };

const attributeTypes = { FLOAT: 1, INT: 2, INTS: 7 };

function attribute(name: string, value: Attribute): Bytes {
  const body =
    typeof value === 'number'
      ? [whole(3, value), whole(20, attributeTypes.INT)]
      : 'float' in value
        ? [single(2, value.float), whole(20, attributeTypes.FLOAT)]
        : [...value.map((one) => whole(8, one)), whole(20, attributeTypes.INTS)];
  return field(5, [field(1, name), ...body]);
}

/** A value with a name: any number of rows of so many elements. */
function value(name: string, type: keyof typeof types, sizes: readonly number[]): Bytes[] {
  const dimensions = [field(1, [field(2, 'rows')]), ...sizes.map((size) => field(1, [whole(1, size)]))];
  return [field(1, name), field(2, [field(1, [whole(1, types[type]), field(2, dimensions)])])];
}

export class Graph {
  readonly dtype: 'f32' | 'f64';
  readonly #nodes: Bytes[] = [];
  readonly #initializers: Bytes[] = [];
  readonly #inputs: Bytes[] = [];
  readonly #outputs: Bytes[] = [];
  #count = 0;

  constructor(dtype: 'f32' | 'f64') {
    this.dtype = dtype;
  }

  input(name: string, sizes: readonly number[]): string {
    this.#inputs.push(field(11, value(name, this.dtype, sizes)));
    return name;
  }

  /** Numbers that do not change; integers as such. */
  constant(values: ArrayLike<number>, shape: readonly number[], type: keyof typeof types = this.dtype): string {
    const name = `constant${this.#count++}`;
    const data =
      type === 'f32'
        ? Float32Array.from(values)
        : type === 'f64'
          ? Float64Array.from(values)
          : BigInt64Array.from(Array.from(values, BigInt));
    this.#initializers.push(
      field(5, [
        ...shape.map((size) => whole(1, size)),
        whole(2, types[type]),
        field(8, name),
        field(9, new Uint8Array(data.buffer)),
      ]),
    );
    return name;
  }

  /** Applies an operator; returns the name of what comes out. */
  node(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const output = `value${this.#count++}`;
    this.#nodes.push(
      field(1, [
        ...inputs.map((name) => field(1, name)),
        field(2, output),
        field(3, `${operator}_${output}`),
        field(4, operator),
        ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      ]),
    );
    return output;
  }

  /** Gives a value to the outside under a name. */
  output(from: string, name: string, sizes: readonly number[], type: keyof typeof types = this.dtype): void {
    this.#nodes.push(field(1, [field(1, from), field(2, name), field(3, `Identity_${name}`), field(4, 'Identity')]));
    this.#outputs.push(field(12, value(name, type, sizes)));
  }

  /** The file. @param metadata texts by name. */
  bytes(metadata: Readonly<Record<string, string>>): Bytes {
    const graph = [...this.#nodes, field(2, 'downhill'), ...this.#initializers, ...this.#inputs, ...this.#outputs];
    return message([
      whole(1, IR_VERSION),
      field(2, 'downhill'),
      field(7, graph),
      field(8, [field(1, ''), whole(2, OPSET)]),
      ...Object.entries(metadata).map(([key, text]) => field(14, [field(1, key), field(2, text)])),
    ]);
  }
}
