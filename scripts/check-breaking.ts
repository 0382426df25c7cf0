// Fails if schema.graphql breaks clients of its last committed version and CHANGELOG.md has no new line that starts
// with "Breaking:": npm run schema:breaking
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { breakingChanges, namesBreakingChange } from './breaking-changes.ts'

const root = new URL('..', import.meta.url)
const sdl = readFileSync(new URL('schema.graphql', root), 'utf8')
const changelog = readFileSync(new URL('CHANGELOG.md', root), 'utf8')
const earlier = earlierCommit()

if (earlier === null) {
  console.log('git has no earlier version of schema.graphql to compare with.')
} else {
  const changes = breakingChanges(textAt(earlier, 'schema.graphql') ?? sdl, sdl)
  if (changes.length === 0) {
    console.log(`schema.graphql has no breaking changes since ${earlier.slice(0, 7)}.`)
  } else if (namesBreakingChange(textAt(earlier, 'CHANGELOG.md') ?? '', changelog)) {
    console.log(`Breaking changes since ${earlier.slice(0, 7)}, listed in CHANGELOG.md:\n${list(changes)}`)
  } else {
    console.error(
      `schema.graphql breaks clients since ${earlier.slice(0, 7)}:\n${list(changes)}\n` +
        'Undo the change, or add a line to CHANGELOG.md, under Unreleased, that starts with "Breaking:".',
    )
    process.exitCode = 1
  }
}

/** The last commit with a schema.graphql that differs from the working tree; null if git has none. */
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

/** The output of git; null if it fails, for example outside a clone. */
function git(...args: readonly string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout : null
}

function list(changes: readonly string[]): string {
  return changes.map((change) => `  ${change}`).join('\n')
}
