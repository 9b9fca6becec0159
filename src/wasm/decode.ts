/** The bytes of a module from the text that holds them. */

/** The code of the next character that the text may hold; 128 is added for a byte after a `}`, 256 after a `~`. */
function next(code: number): number {
  let to = code + 1;
  for (let c = to & 127; c < 32 || c > 124 || c === 34 || c === 60 || c === 92; c = to & 127) to++;
  return to;
}

/** Undoes what scripts/embed.ts did: `common` bytes are a character each, the others follow a `}` or a `~`. */
export function decode(text: string, common: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(384);
  let single = 0;
  let other = 128;
  for (let byte = 0; byte < 256; byte++) {
    if ((Number(`0x${common[byte >> 2]}`) >> (byte & 3)) & 1) {
      single = next(single);
      bytes[single] = byte;
    } else {
      other = next(other);
      bytes[other] = byte;
    }
  }
  // In place: a byte never needs more room than its text.
  const out = new TextEncoder().encode(text);
  let length = 0;
  for (let i = 0; i < out.length; ) {
    let code = out[i++]!;
    if (code > 124) code = (code - 124) * 128 + out[i++]!;
    out[length++] = bytes[code]!;
  }
  return out.subarray(0, length);
}
