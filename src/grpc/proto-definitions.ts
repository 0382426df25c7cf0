import { fileURLToPath } from 'node:url'
import type { ServiceDefinition } from '@grpc/grpc-js'
import {
  type AnyDefinition,
  type EnumTypeDefinition,
  loadSync,
  type MessageTypeDefinition,
  type PackageDefinition,
} from '@grpc/proto-loader'

export const verificationService = 'gatehouse.v1.TokenVerification'
export const healthService = 'grpc.health.v1.Health'

/** Loads the .proto files of this folder. */
export function loadDefinitions(): PackageDefinition {
  const files = ['auth.proto', 'health.proto'].map((name) =>
    fileURLToPath(new URL(`./${name}`, import.meta.url)),
  )
  return loadSync(files, { defaults: true, enums: String, longs: Number })
}

/** @throws if the files do not define this service */
export function serviceOf(definitions: PackageDefinition, name: string): ServiceDefinition {
  const definition = definitions[name]
  if (definition === undefined || isType(definition))
    throw new Error(`The .proto files do not define the service ${name}.`)
  return definition
}

function isType(
  definition: AnyDefinition,
): definition is EnumTypeDefinition | MessageTypeDefinition<object, object> {
  return typeof definition.format === 'string'
}
