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
  {
    path: 'prisma/schema.prisma',
    text: 'told_occurrences',
    reason: 'a column of a released table; a rename would break the version that still runs',
  },
  {
    path: 'src/adapters/prisma/stores/audit/prisma-alert-store.ts',
    text: 'told_occurrences',
    reason: 'the same column in SQL',
  },
  { path: 'CHANGELOG.md', text: '(`mend`)', reason: 'names a method before it was renamed' },
]
