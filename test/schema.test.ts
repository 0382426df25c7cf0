import { readFileSync } from 'node:fs'
import {
  buildSchema,
  execute,
  extendSchema,
  type GraphQLSchema,
  introspectionFromSchema,
  Kind,
  parse,
  print,
} from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { plainFields } from '../src/adapters/telemetry/log-values.ts'
import { createSchema } from '../src/graphql/schema.ts'
import { addShield } from '../src/graphql/shield.ts'
import { noMetrics } from '../src/lib/observation/metrics.ts'
import {
  isDescribed,
  membersCanBeSelectedTogether,
  mutationsHaveOneShape,
  permissionOf,
  problemsAreProblems,
  rootFields,
  rootsAreNullable,
  rootsHaveLimits,
  rootsHaveScopes,
  type SchemaRule,
  scopesOf,
  textArguments,
} from './support/schema-rules.ts'

const schema = createSchema()
/** Scopes that admit requests without credentials, everywhere or in development. */
const publicScopes: ReadonlySet<string> = new Set(['anyone', 'permissionUnlessDeveloping'])

describe.each<{ promise: string; rule: SchemaRule; planted: readonly string[] }>([
  {
    promise: 'describes everything in sentences',
    rule: isDescribed,
    planted: [
      'type Query { "Fine." me: String }',
      '"Fine." type Query { me: String }',
      '"Fine." type Query { "no full stop" me: String }',
      '"Fine." type Query { "Fine." me(name: String): String }',
      '"Fine." type Query { "Fine." me: String } "Fine." input I { a: Int }',
      '"Fine." type Query { "Fine." me: String } "Fine." enum E { A }',
      '"Fine." type Query { "Fine." me: String } scalar S',
      '"Fine." type Query { "Fine." me: String } "Fine." interface I { a: Int }',
    ],
  },
  { promise: 'has nullable root fields', rule: rootsAreNullable, planted: ['type Query { me: String! }'] },
  {
    promise: 'has mutations of one shape',
    rule: mutationsHaveOneShape,
    planted: [
      'type Mutation { login: String }',
      'type Mutation { login(name: String): LoginResult } type S { a: Int } type AuthRateLimitedProblem { a: Int } union LoginResult = S | AuthRateLimitedProblem',
      'type Mutation { login: LoginResult } type AuthRateLimitedProblem { a: Int } union LoginResult = AuthRateLimitedProblem',
      'type Mutation { login: LoginResult } type S { a: Int } union LoginResult = S',
      'type Mutation { login: Other } type S { a: Int } type AuthRateLimitedProblem { a: Int } union Other = S | AuthRateLimitedProblem',
    ],
  },
  {
    promise: 'has problems that are AuthProblems',
    rule: problemsAreProblems,
    planted: [
      'type OddProblem { code: Int }',
      'interface AuthProblem { code: Int } type Odd implements AuthProblem { code: Int }',
    ],
  },
  {
    promise: 'has unions and interfaces whose members can be selected together',
    rule: membersCanBeSelectedTogether,
    planted: [
      'type Query { a: U } union U = A | B type A { s: Int } type B { s: Int! }',
      'type Query { a: U } union U = A | B type A { s: [Int!]! } type B { s: Int! }',
      'type Query { a: I } interface I { c: Int } type A implements I { c: Int s: Int } type B implements I { c: Int s: String }',
      'type Query { a: U } union U = A | B type A { o: C! } type B { o: D! } type C { s: Int } type D { s: Int! }',
    ],
  },
  {
    promise: 'declares who may call each root field',
    rule: rootsHaveScopes,
    planted: ['type Query { me: String }', 'type Mutation { login: String }'],
  },
  {
    promise: 'has a rate limit on each root field',
    rule: rootsHaveLimits,
    planted: ['type Query { me: String }'],
  },
])('the schema $promise', ({ rule, planted }) => {
  it('throughout', () => {
    expect(rule(schema)).toEqual([])
  })

  it.each(planted)('and detects a violation: %s', (sdl) => {
    expect(rule(buildSchema(sdl))).toHaveLength(1)
  })
})

it('names the identifier that budgets count for each field that hashes a password, since its calls are charged without being executed', () => {
  const hashing = rootFields(schema).filter(
    ({ field }) => field.extensions.rateLimit?.hashesPassword === true,
  )
  const identified = hashing.filter(({ field }) => typeof field.extensions.limitIdentifier === 'function')
  expect(hashing.map(({ place }) => place).toSorted()).toEqual(['Mutation.login', 'Mutation.register'])
  expect(identified).toEqual(hashing)
})

describe('scopes', () => {
  it.each([
    ['Query', { acting: true }],
    ['Mutation', { signedIn: true }],
    ['Query', { actingWith: 'users:read' }],
    ['Mutation', { permission: 'users:read' }],
    ['Mutation', { anyone: true, acting: true }],
    ['Query', { anyone: false }],
  ])('are checked: %s with %j fails', (type, authScopes) => {
    const planted = buildSchema(`type ${type} { planted: String }`)
    const field = rootFields(planted)[0]?.field
    if (field !== undefined) field.extensions = { authScopes }
    expect(rootsHaveScopes(planted)).toHaveLength(1)
  })
})

describe('the shield', () => {
  it('admits the root fields of the schema', () => {
    expect(() => addShield(schema)).not.toThrow()
  })

  it.each([
    'extend type Query { planted: String }',
    'extend type Mutation { planted: String }',
    'extend type Subscription { planted: String }',
  ])('fails at start and names a root field that declares no access: %s', (extension) => {
    const [, type] = /type (\w+)/.exec(extension) ?? []
    expect(() => addShield(extendSchema(schema, parse(extension)))).toThrow(`${type}.planted`)
  })

  it('fails at start if a federation field is missing', () => {
    expect(() => addShield(buildSchema('type Query { _service: String }'))).toThrow('_entities')
  })
})

describe('the subgraph', () => {
  let sdl: string
  beforeAll(async () => {
    sdl = await fetchSdl(schema)
  })

  it('keeps its directives', () => {
    expect(sdl).toContain('@link(url: "https://specs.apollo.dev/federation/v2.')
    expect(sdl).toMatch(/^type User\s+@key\(fields: "id"\)/m)
    expect(sdl).toMatch(/^type PageInfo\s+@shareable/m)
  })

  it('marks as @authenticated exactly the root fields that always require a viewer', () => {
    const expected = rootFields(schema)
      .filter(({ field }) => !scopesOf(field).some((scope) => publicScopes.has(scope)))
      .map(({ place }) => place)
    expect(authenticatedPlaces(sdl)).toEqual(expected.toSorted())
  })

  it('names as @requiresScopes exactly the permission that a root field requires', () => {
    const permissions = rootFields(schema).map(({ place, field }) => [place, permissionOf(field)] as const)
    expect(new Map(requiredScopes(sdl))).toEqual(
      new Map(permissions.filter(([, permission]) => permission !== null)),
    )
  })

  it('imports no directive that it does not use', () => {
    const [, names = ''] = /import: \[([^\]]*)\]/.exec(sdl) ?? []
    for (const name of names.match(/@\w+/g) ?? []) expect(sdl.split(name).length, name).toBeGreaterThan(2)
  })
})

/** Arguments that take text which the log may show. `passkey` and `response` prove nothing without their token. */
const plainTexts =
  'accessRole administratorEmail after before description email fingerprint firstName identifier ipAddress lastName locale metadata name newEmail passkey permissions phoneNumber preferences rateLimit rateLimits reason registrationDomains requiredPermissions response roles search slug tenant userInputs username'
/** `code` is hidden by its value. */
const codes = ['code']

describe('a text argument', () => {
  const isHidden = (name: string) => plainFields({ [name]: 'planted' })[name] === '***'
  const unknown = (found: Iterable<string>) =>
    [...found].filter((name) => !isHidden(name) && ![...plainTexts.split(' '), ...codes].includes(name))

  it('is hidden in the log, unless it is listed here as plain', () => {
    expect(unknown(textArguments(schema))).toEqual([])
  })

  it('that is not listed is found', () => {
    const planted = buildSchema(
      'type Query { me(pin: String!): String } input I { tokens: [String!] puk: [String!]! }',
    )
    expect(unknown(textArguments(planted)).toSorted()).toEqual(['pin', 'puk'])
  })
})

describe('introspection', () => {
  it('has the types that clients are generated from', () => {
    const generated = JSON.parse(readFileSync('test/generated/introspection.json', 'utf8'))
    // The builder adds Float, which nothing uses; federation adds types of its own.
    const names = (types: readonly { name: string }[]) =>
      types.map(({ name }) => name).filter((name) => !/^(Float|_Any|_Entity|_Service)$/.test(name))
    const { types } = introspectionFromSchema(schema).__schema
    expect(names(types).toSorted()).toEqual(names(generated.__schema.types).toSorted())
  })
})

async function fetchSdl(subgraph: GraphQLSchema): Promise<string> {
  const { data } = await execute({
    schema: subgraph,
    document: parse('{ _service { sdl } }'),
    contextValue: {
      flows: { chargeCall: async () => undefined },
      metrics: noMetrics,
      origin: {},
      authentication: {},
      setting: { serviceSdl: 'open' },
    },
  })
  const service = data?._service
  return typeof service === 'object' && service !== null && 'sdl' in service ? String(service.sdl) : ''
}

/** Every Type.field of the SDL that carries the directive, and every Type that does. */
function authenticatedPlaces(sdl: string): readonly string[] {
  const isMarked = ({ directives }: { directives?: readonly { name: { value: string } }[] }) =>
    (directives ?? []).some(({ name }) => name.value === 'authenticated')
  return parse(sdl)
    .definitions.flatMap((type) => {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.OBJECT_TYPE_EXTENSION) return []
      const fields = (type.fields ?? [])
        .filter(isMarked)
        .map((field) => `${type.name.value}.${field.name.value}`)
      return isMarked(type) ? [type.name.value, ...fields] : fields
    })
    .toSorted()
}

/** Type.field → the one scope that its @requiresScopes names. */
function requiredScopes(sdl: string): readonly (readonly [string, string])[] {
  return parse(sdl).definitions.flatMap((type) => {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.OBJECT_TYPE_EXTENSION) return []
    return (type.fields ?? []).flatMap((field) =>
      (field.directives ?? [])
        .filter(({ name }) => name.value === 'requiresScopes')
        .map((directive) => {
          const scopes = (directive.arguments ?? []).map(({ value }) => print(value)).join()
          return [`${type.name.value}.${field.name.value}`, scopes.replaceAll(/[[\]"]/g, '')] as const
        }),
    )
  })
}
