import type { Rule } from './rule.ts'

export const folderPath: Rule<string> = { expected: 'the path of a folder', parse: parsePath }

export const filePath: Rule<string> = { expected: 'the path of a file', parse: parsePath }

function parsePath(text: string): string | null {
  return text.trim() === '' || text.includes('\0') ? null : text
}
