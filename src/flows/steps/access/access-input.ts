import { displayedLine } from '../input.ts'

/** What a permission or a role is for. An empty text is none. */
export const accessDescription = displayedLine(500)
  .transform((text) => (text.trim() === '' ? null : text))
  .nullish()
