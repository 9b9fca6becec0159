/** Penguins with a network of one hidden layer. `node build/examples/penguins/index.js` */
import { tell } from './train.ts';

const SEEDS = [0, 1, 2];

console.log('333 penguins of three species: four measurements, sex and island; a quarter held out, 16 hidden units\n');
const accuracies = SEEDS.map((seed) => {
  const { accuracy, commonest, classNames, confusion, parameters } = tell(seed);
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  console.log(
    `seed ${seed}: ${share(accuracy)} of the unseen right (the commonest species: ${share(commonest)}), ${parameters} parameters`,
  );
  console.log(`  ${''.padEnd(12)}${classNames.map((name) => name.padStart(12)).join('')}   ← taken for`);
  classNames.forEach((name, i) => {
    const cells = classNames.map((_, j) => String(confusion[i * classNames.length + j]).padStart(12));
    console.log(`  ${name.padEnd(12)}${cells.join('')}`);
  });
  return accuracy;
});
console.log(`\nmedian ${(100 * accuracies.sort((a, b) => a - b)[1]!).toFixed(1)} %`);
