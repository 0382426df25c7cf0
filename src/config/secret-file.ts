import { readFileSync } from 'node:fs'

/** Returns the text of a file that a `…_FILE` variable names. @throws if the file cannot be read. */
export function readSecretFile(path: string): string {
  return readFileSync(path, 'utf8')
}
