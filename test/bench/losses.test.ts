/** The plain loops of the losses agree with the module, whose numbers are tested against others. */
import { test } from 'uvu';
import { lossCases } from '../../bench/losses.ts';
import { plain } from '../../bench/plain/index.ts';

const cases = lossCases(await plain('f32'));
for (const { name, agree } of cases) test(name, agree);

test.run();
