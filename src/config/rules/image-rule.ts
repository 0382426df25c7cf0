import { readFileSync } from 'node:fs'
import type { Rule } from './rule.ts'

/** An image that the service serves. */
export interface Image {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  /** Without the dot. */
  readonly extension: string
}

const types: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  webp: 'image/webp',
  jpg: 'image/jpeg',
}
const maxBytes = 200_000

/** The path of an image file. The value is its content. */
export const imageFile: Rule<Image> = {
  expected: 'the path of an existing file that ends with .svg, .png, .webp or .jpg, at most 200 kB',
  parse: (path) => {
    const extension = /\.(svg|png|webp|jpg)$/i.exec(path)?.[1]?.toLowerCase()
    const type = extension === undefined ? undefined : types[extension]
    if (extension === undefined || type === undefined) return null
    try {
      const bytes = new Uint8Array(readFileSync(path))
      return bytes.length > maxBytes ? null : { bytes, type, extension }
    } catch {
      return null
    }
  },
}
