import type { ProfileNode } from './cpu-profile.ts'

const package_ = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/
const own = /\/dist\/(.*?)\/?[^/]+$/

/**
 * The group of a function: a folder of Gatehouse, a package, a module of Node, the garbage collector. A native function
 * belongs to the group of the function that called it, with its name if it is cryptography.
 */
export function groupOf(node: ProfileNode, callerOf: (node: ProfileNode) => ProfileNode | undefined): string {
  const { url, functionName } = node.callFrame
  if (functionName.startsWith('(')) return functionName
  const [, name] = package_.exec(url) ?? []
  if (name !== undefined) return name
  const [, folder] = own.exec(url) ?? []
  if (folder !== undefined)
    return `gatehouse: ${folder === '' ? 'main' : folder.split('/').slice(0, 3).join('/')}`
  if (url.startsWith('node:')) return moduleOf(url)
  const caller = callerOf(node)
  return caller === undefined ? '(native)' : groupOf(caller, callerOf)
}

/** `node:internal/crypto/sign` becomes `node: crypto`. */
function moduleOf(url: string): string {
  const path = url.slice('node:'.length).replace(/^internal\//, '')
  return `node: ${path.split('/')[0]?.replace(/^_(\w+?)_.*/, '$1')}`
}
