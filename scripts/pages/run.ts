/** npm run pages */
import { writeFileSync } from 'node:fs';
import { augmentationPicture, PICTURE } from './augmentation.ts';
import { write } from './write.ts';

try {
  await write();
  writeFileSync(PICTURE, await augmentationPicture());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
