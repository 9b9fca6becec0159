import * as assert from 'uvu/assert';
import { ArgumentError } from '#src/errors.js';

/** The call throws one of our errors, of this code, with exactly this message. */
export function throws(call: () => unknown, code: ArgumentError['code'], message: string): void {
  try {
    call();
  } catch (error) {
    assert.instance(error, ArgumentError);
    assert.is((error as ArgumentError).message, message);
    assert.is((error as ArgumentError).code, code);
    return;
  }
  assert.unreachable(`expected: ${message}`);
}
