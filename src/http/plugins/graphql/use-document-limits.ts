import { parseWithinLimits } from '../../documents/document-limits.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/**
 * Bounds what one document may ask for while it is parsed: as validation rules, limits would come after the errors
 * that they are to bound. The verdict is cached with the parsed document.
 */
export function useDocumentLimits(credentialFields: ReadonlySet<string>): HttpPlugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source) => parseWithinLimits(String(source), credentialFields))
    },
  }
}
