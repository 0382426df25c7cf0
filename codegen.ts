import type { CodegenConfig } from '@graphql-codegen/cli'

/**
 * Types of the operations that the tests send: `graphql(/* GraphQL *\/ …)` in test/ gives a document that knows its
 * variables and its answer. Generated from schema.graphql into test/generated: npm run codegen
 */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['test/**/*.ts', '!test/generated/**'],
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
  generates: {
    'test/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        enumType: 'string-literal',
        strictScalars: true,
        scalars: { DateTime: 'string', JSONObject: 'Record<string, unknown>' },
      },
    },
    'test/generated/introspection.json': {
      plugins: ['introspection'],
      config: { minify: true },
    },
  },
}

export default config
