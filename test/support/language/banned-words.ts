/** Words that the public text does not use, in any case. CONTRIBUTING.md says what to write instead. */
export const bannedWords: readonly string[] = [
  'whoever',
  'nobody',
  'somebody',
  'wants',
  'mend',
  'told',
  'he',
  'his',
  'him',
  'himself',
  'ought',
]

export interface Exception {
  readonly path: string
  /** Only lines that contain this text are excepted. An empty text excepts the whole file. */
  readonly text: string
  readonly reason: string
}

export const exceptions: readonly Exception[] = [
  { path: 'test/support/language/banned-words.ts', text: '', reason: 'lists the banned words' },
  { path: 'CHANGELOG.md', text: '(`mend`)', reason: 'names a method before it was renamed' },
]

/**
 * Files and folders that are still being rewritten. The check skips them.
 * This list is temporary: delete entries as their text becomes clean, until it is empty.
 */
export const notYetClean: readonly string[] = ['prisma/', 'schema.graphql', 'src/']
