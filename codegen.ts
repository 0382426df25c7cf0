import type { CodegenConfig } from '@graphql-codegen/cli'
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset'

const types = {
  useTypeImports: true,
  enumType: 'string-literal',
  strictScalars: true,
  scalars: { DateTime: 'string', JSONObject: 'Record<string, unknown>' },
} as const

/**
 * Types of what is asked for, from schema.graphql: npm run codegen. Every template after the comment GraphQL in test/
 * becomes a document that knows its variables and its answer; every operation of src/clients/operations becomes one
 * that client libraries take.
 */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
  generates: {
    'test/generated/': {
      documents: ['test/**/*.ts', '!test/generated/**'],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: { ...types, documentMode: 'string' },
    },
    'src/clients/generated/': {
      documents: 'src/clients/operations/*.graphql',
      preset: 'client',
      // Hashes stand in the documents, and the manifest of PERSISTED_DOCUMENTS_FILE beside them, with the __typename that caches add.
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: 'sha256' },
      },
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: types,
    },
    'src/clients/generated/possible-types.ts': { plugins: ['./scripts/possible-types.mjs'] },
    'test/generated/introspection.json': {
      plugins: ['introspection'],
      config: { minify: true },
    },
  },
}

export default config
