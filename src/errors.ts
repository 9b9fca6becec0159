/** Errors are classes with a stable `code`; messages say what was expected and what came. */

/** A value of an option, an argument or the data is not what it must be. */
export class ArgumentError extends TypeError {
  readonly code: string;

  constructor(message: string, code = 'ERR_ARGUMENT') {
    super(message);
    this.name = 'ArgumentError';
    this.code = code;
  }
}

/** Lengths or shapes do not fit together. */
export class ShapeError extends ArgumentError {
  constructor(message: string) {
    super(message, 'ERR_SHAPE');
    this.name = 'ShapeError';
  }
}

/** The data cannot be used: not finite, a label out of range, one class only. */
export class DataError extends ArgumentError {
  constructor(message: string) {
    super(message, 'ERR_DATA');
    this.name = 'DataError';
  }
}

/** Something that needs a fitted model was asked of one that is not. */
export class NotFittedError extends Error {
  readonly code = 'ERR_NOT_FITTED';

  constructor(message: string) {
    super(message);
    this.name = 'NotFittedError';
  }
}

/** Linear memory cannot grow as far as is needed. */
export class OutOfMemoryError extends RangeError {
  readonly code = 'ERR_OUT_OF_MEMORY';
  /** Bytes that there would have been. */
  readonly free: number;

  constructor(message: string, free: number) {
    super(message);
    this.name = 'OutOfMemoryError';
    this.free = free;
  }
}

/** WebAssembly is missing or forbidden here. */
export class UnsupportedError extends Error {
  readonly code = 'ERR_UNSUPPORTED';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnsupportedError';
  }
}

export interface NonFiniteDetails {
  /** Index of the optimizer step, 0 at the first. */
  readonly step: number;
  /** What was not finite: `'loss'`, `'gradient'` or `'parameters'`. */
  readonly what: string;
  /** Name of the tensor the first such value is in, if it is in one. */
  readonly tensor: string | undefined;
  /** Probable cause. */
  readonly cause: string;
}

/** A loss, gradient or parameter became infinite or NaN while training. */
export class NonFiniteError extends Error {
  readonly code = 'ERR_NON_FINITE';
  readonly step: number;
  readonly what: string;
  readonly tensor: string | undefined;

  constructor(message: string, details: NonFiniteDetails) {
    super(message, { cause: details.cause });
    this.name = 'NonFiniteError';
    this.step = details.step;
    this.what = details.what;
    this.tensor = details.tensor;
  }
}
