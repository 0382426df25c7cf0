import { describe, expect, it } from 'vitest'
import { readCall } from '../../src/clients/call.ts'

describe('the root fields of a mutation', () => {
  it.each([
    ['{ me { login } }', []],
    ['query Login($login: String) { user(id: $login) { id } }', []],
    ['subscription { sessionEvents { type } }', []],
    ['mutation { refresh { __typename } }', ['refresh']],
    [
      'mutation Login($i: LoginInput! = { a: ["}"] }) { login(input: $i) { ... on A { tokens { a } } } }',
      ['login'],
    ],
    [
      'mutation { a: logout { b } b: updateProfile(input: { a: "login(" }) @include(if: true) { c } }',
      ['logout', 'updateProfile'],
    ],
    ['mutation { # login\n logout { a } }', ['logout']],
    ['mutation { x(a: """ } login { """) { a } }', ['x']],
    ['mutation { x(a: "\\" } login {") { a } }', ['x']],
    ['fragment F on User { login } mutation M { logout { ...F } } query Q { refresh }', ['logout']],
    ['mutation A { logout }\nmutation B{login{a}}', ['logout', 'login']],
    ['', []],
    ['}{)(', []],
  ])('of %s', (text, expected) => {
    expect(readCall(text, null).mutations).toEqual(expected)
  })
})
