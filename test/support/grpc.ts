import {
  type CallOptions,
  ChannelCredentials,
  type Client,
  Metadata,
  makeGenericClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js'
import {
  type GrpcListening,
  type GrpcTls,
  type ListenGrpcDeps,
  listenGrpc,
} from '../../src/grpc/grpc-server.ts'
import {
  healthService,
  loadDefinitions,
  serviceOf,
  verificationService,
} from '../../src/grpc/proto-definitions.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import type { TestApp } from './test-app.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests inspect data of any shape
type Answer = any

/** Opens the gRPC port of the service of a test. */
export function openGrpc(
  test: Pick<TestApp, 'app'>,
  tls: GrpcTls | null = null,
  limits: Pick<ListenGrpcDeps, 'requestLimitMs' | 'connectionLimits'> = {},
): Promise<GrpcListening> {
  const app = test.app.grpc
  const hosts = ['127.0.0.1']
  return listenGrpc({
    app,
    hosts,
    port: 0,
    tls,
    drainNoticeSeconds: 0,
    drainSeconds: 1,
    logger: silentLogger,
    ...limits,
  })
}

/** A client of one gRPC service. The test that creates it closes it. */
export class GrpcClient {
  readonly client: Client

  constructor(
    port: number,
    service = verificationService,
    credentials = ChannelCredentials.createInsecure(),
  ) {
    const Constructor = makeGenericClientConstructor(serviceOf(loadDefinitions(), service), service)
    this.client = new Constructor(`localhost:${port}`, credentials)
  }

  static health(port: number): GrpcClient {
    return new GrpcClient(port, healthService)
  }

  /** Calls a method. Rejects with a ServiceError. */
  call(
    method: string,
    request: object,
    headers: Readonly<Record<string, string>> = {},
    options: CallOptions = {},
  ): Promise<Answer> {
    const metadata = new Metadata()
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
    return new Promise((resolve, reject) => {
      Reflect.apply(Reflect.get(this.client, method), this.client, [
        request,
        metadata,
        options,
        (error: ServiceError | null, response: Answer) =>
          error === null ? resolve(response) : reject(error),
      ])
    })
  }

  close(): void {
    this.client.close()
  }
}

/** The status code with which a call fails; -1 if it succeeds. */
export async function codeOf(call: Promise<unknown>): Promise<number> {
  return call.then(
    () => -1,
    (error: ServiceError) => error.code,
  )
}
