/** The plain loops of the optimizers agree with the module, whose numbers are tested against others. */
import { test } from 'uvu';
import { optimizerCases } from '../../bench/optimizers.ts';
import { plain } from '../../bench/plain/index.ts';

const cases = optimizerCases(await plain('f32'), 1e6);
for (const { name, agree } of cases) test(name, agree);

test.run();
