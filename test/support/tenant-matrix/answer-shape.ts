import type { GraphqlAnswer } from '../actor.ts'

const keptTexts: ReadonlySet<string> = new Set(['__typename', 'code', 'message', 'reason'])
const keptLists: ReadonlySet<string> = new Set(['errors', 'issues', 'path'])

/**
 * What a caller can tell two answers apart by, for two objects that are named differently: types, codes, messages, and whether there is
 * a value. Ids, times and sizes differ for other reasons. `named` is the object that the call names.
 */
export function shapeOf({ status, data, errors }: GraphqlAnswer, named: string): unknown {
  return { status, data: shape('data', data, named), errors: shape('errors', errors, named) }
}

function shape(key: string, value: unknown, named: string): unknown {
  if (typeof value === 'string') return keptTexts.has(key) ? value.replaceAll(named, '(named)') : 'text'
  if (typeof value === 'number') return 'number'
  if (Array.isArray(value)) {
    if (key === 'path') return value
    return keptLists.has(key) ? value.map((item) => shape(key, item, named)) : value.length > 0
  }
  if (typeof value !== 'object' || value === null)
    return /^has(Next|Previous)Page$/.test(key) ? 'flag' : value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(name, inner, named)]))
}
