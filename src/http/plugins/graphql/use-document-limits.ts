import { parseWithinLimits } from '../../documents/document-limits.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/**
 * Applies the document limits while parsing. As validation rules, they would run after the errors that they must bound.
 * The result is cached with the parsed document.
 */
export function useDocumentLimits(credentialFields: ReadonlySet<string>): HttpPlugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source) => parseWithinLimits(String(source), credentialFields))
    },
  }
}
