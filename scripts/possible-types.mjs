// A plugin of codegen.ts: which types stand behind each union and interface. Apollo Client's cache wants to be told.
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
