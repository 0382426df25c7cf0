import type { CodegenConfig } from '@graphql-codegen/cli'
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset'

const types = {
  useTypeImports: true,
  enumType: 'string-literal',
  strictScalars: true,
  scalars: { DateTime: 'string', JSONObject: 'Record<string, unknown>' },
} as const

/**
 * Generates from schema.graphql: `npm run codegen`. Each operation in src/clients/operations becomes a typed document
 * for client libraries; the tests take their operations from there, too (test/support/operations.ts).
 */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
  generates: {
    'src/clients/generated/': {
      documents: 'src/clients/operations/*.graphql',
      preset: 'client',
      // Documents carry their hash, and persisted-documents.json is the manifest for PERSISTED_DOCUMENTS_FILE. Both are
      // computed with the __typename fields that client caches add.
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
