// A plugin of codegen.ts: writes the member types of each union and interface, which the cache of Apollo Client requires.
import { isAbstractType } from 'graphql'

/** @param {import('graphql').GraphQLSchema} schema */
export function plugin(schema) {
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType)
  const own = abstract.filter(({ name }) => !name.startsWith('_')).sort((a, b) => (a.name < b.name ? -1 : 1))
  const lines = own.map((type) => {
    const names = schema.getPossibleTypes(type).map(({ name }) => `'${name}'`)
    return `  ${type.name}: [${names.join(', ')}],\n`
  })
  return `/** For \`new InMemoryCache({ possibleTypes })\`. */\nexport const possibleTypes: Record<string, string[]> = {\n${lines.join('')}}\n`
}
