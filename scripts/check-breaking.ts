// Fails when schema.graphql breaks clients of the last committed one and CHANGELOG.md does not say so in a new line
// that starts with "Breaking:": npm run schema:breaking
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { breakingChanges, namesBreakingChange } from './breaking-changes.ts'

const root = new URL('..', import.meta.url)
const sdl = readFileSync(new URL('schema.graphql', root), 'utf8')
const changelog = readFileSync(new URL('CHANGELOG.md', root), 'utf8')
const earlier = earlierCommit()

if (earlier === null) {
  console.log('There is no earlier schema.graphql to compare with.')
} else {
  const changes = breakingChanges(textAt(earlier, 'schema.graphql') ?? sdl, sdl)
  if (changes.length === 0) {
    console.log(`schema.graphql breaks nothing since ${earlier.slice(0, 7)}.`)
  } else if (namesBreakingChange(textAt(earlier, 'CHANGELOG.md') ?? '', changelog)) {
    console.log(`Breaking since ${earlier.slice(0, 7)}, as CHANGELOG.md says:\n${list(changes)}`)
  } else {
    console.error(
      `schema.graphql breaks clients since ${earlier.slice(0, 7)}:\n${list(changes)}\n` +
        'Mend it, or tell them in CHANGELOG.md, under Unreleased, in a line that starts with "Breaking:".',
    )
    process.exitCode = 1
  }
}

/** The last commit whose schema.graphql is another one than that of the working tree; null where git knows none. */
function earlierCommit(): string | null {
  const commits = git('log', '--format=%H', '-n', '2', '--', 'schema.graphql')?.trim().split('\n') ?? []
  for (const commit of commits) {
    const text = commit === '' ? null : textAt(commit, 'schema.graphql')
    if (text !== null && text !== sdl) return commit
  }
  return null
}

function textAt(commit: string, path: string): string | null {
  return git('show', `${commit}:./${path}`)
}

/** What git prints; null when it fails, for example because this is no clone. */
function git(...args: readonly string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout : null
}

function list(changes: readonly string[]): string {
  return changes.map((change) => `  ${change}`).join('\n')
}
