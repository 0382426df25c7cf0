import { describe, expect, it } from 'vitest'
import { breakingChanges, namesBreakingChange } from '../../scripts/breaking-changes.ts'

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])
  type Query { me: User  who(name: String): User }
  type User @key(fields: "id") { id: ID!  email: String }
  enum Role { USER ADMIN }
`

describe('breakingChanges', () => {
  it('finds nothing in an equal or a larger schema', () => {
    expect(breakingChanges(sdl, sdl)).toEqual([])
    expect(breakingChanges(sdl, `${sdl} type Other { id: ID! }`)).toEqual([])
  })

  it.each([
    ['a removed field', sdl.replace('email: String', ''), 'User.email was removed.'],
    ['a removed value', sdl.replace('ADMIN', ''), 'ADMIN was removed from enum type Role.'],
    [
      'a new required argument',
      sdl.replace('name: String', 'name: String!'),
      expect.stringContaining('String!'),
    ],
    ['a removed key', sdl.replace('@key(fields: "id")', ''), 'User lost @key(fields: "id").'],
    [
      'a stricter directive',
      sdl.replace('me: User', 'me: User @authenticated'),
      'Query.me became stricter: @authenticated.',
    ],
  ])('names %s', (_what, changed, sentence) => {
    expect(breakingChanges(sdl, changed)).toEqual([sentence])
  })

  it('lets a directive become more lenient', () => {
    expect(breakingChanges(sdl.replace('me: User', 'me: User @authenticated'), sdl)).toEqual([])
  })
})

describe('namesBreakingChange', () => {
  it('requires a line that was not there before', () => {
    const old = '## Unreleased\n\n- Breaking: no more `who`.\n'
    expect(namesBreakingChange('', old)).toBe(true)
    expect(namesBreakingChange(old, old)).toBe(false)
    expect(namesBreakingChange(old, `${old}- Breaking: no more \`email\`.\n`)).toBe(true)
    expect(namesBreakingChange('', '## Unreleased\n\nNothing Breaking: here.\n')).toBe(false)
  })
})
