// A static import: in the bundle, a dynamic import of this CommonJS package has no named exports.
import { stringify } from 'yaml'

/** The text of a YAML file, without a line break at its end. */
export function writeAccessFile(content: object): string {
  return stringify(content).trimEnd()
}
