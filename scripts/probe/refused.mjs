/** A fit under a policy that forbids WebAssembly: posts what the error says. */
import { linearRegression } from 'downhill';

let said = 'it was not refused';
try {
  linearRegression().fitSync([[0], [1], [2]], [1, 3, 5]);
} catch ({ name, code, message }) {
  said = { name, code, message };
}
fetch('/result', { method: 'POST', body: JSON.stringify({ said }) });
