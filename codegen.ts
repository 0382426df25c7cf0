import type { CodegenConfig } from '@graphql-codegen/cli'

/**
 * Types of what the tests ask for: every template after the comment GraphQL in test/ becomes a document that knows its
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
