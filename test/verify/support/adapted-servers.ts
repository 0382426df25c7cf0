import 'reflect-metadata'
import { once } from 'node:events'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { Controller, Get, Module, Req, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express from 'express'
import Fastify from 'fastify'
import { createYoga } from 'graphql-yoga'
import { Hono } from 'hono'
import * as forApollo from '../../../src/verify/adapters/apollo.ts'
import * as forExpress from '../../../src/verify/adapters/express.ts'
import * as forFastify from '../../../src/verify/adapters/fastify.ts'
import * as forFetch from '../../../src/verify/adapters/fetch.ts'
import * as forHono from '../../../src/verify/adapters/hono.ts'
import * as forNest from '../../../src/verify/adapters/nest.ts'
import * as forYoga from '../../../src/verify/adapters/yoga.ts'
import {
  requireAssurance,
  requireScope,
  type Verifier,
  type Viewer,
} from '../../../src/verify/gatehouse-verify.ts'
import { postsSchema } from './posts-schema.ts'

/** What a server answers. */
export interface Reply {
  readonly status: number
  /** The user id in the answer, or `anonymous`. */
  readonly viewer: string | null
  readonly challenge: string | null
  readonly retryAfter: string | null
}

export const paths = ['whoami', 'anyone', 'write', 'stepUp'] as const
type Path = (typeof paths)[number]

export interface AdaptedServer {
  ask(path: Path | 'directed', headers: Readonly<Record<string, string>>): Promise<Reply>
  close(): Promise<unknown>
}

type Fetch = (request: Request) => Response | Promise<Response>

/** What each path requires of a request whose credential was checked. */
const handlers: Readonly<Record<Path, (viewer: Viewer | null) => string>> = {
  whoami: (viewer) => viewer?.userId ?? 'nobody',
  anyone: (viewer) => viewer?.userId ?? 'anonymous',
  write: (viewer) => requireScope(present(viewer), 'posts:write').userId,
  stepUp: (viewer) => requireAssurance(present(viewer), 'aal2').userId,
}

function present(viewer: Viewer | null): Viewer {
  if (viewer === null) throw new Error('The route is not protected.')
  return viewer
}

const isOptional = (path: Path) => ({ optional: path === 'anyone' })

/** A server of each framework, with the same four paths. */
export const servers: Readonly<Record<string, (verifier: Verifier) => Promise<AdaptedServer>>> = {
  async express(verifier) {
    const app = express()
    for (const path of paths)
      app.get(`/${path}`, forExpress.protect(verifier, isOptional(path)), (request, response) => {
        response.json({ viewer: handlers[path](forExpress.findViewerOf(request)) })
      })
    app.use(forExpress.answerRefusals)
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    return overHttp(`http://127.0.0.1:${port}`, async () => server.close())
  },

  async fastify(verifier) {
    const app = Fastify()
    app.setErrorHandler(forFastify.answerRefusals)
    for (const path of paths)
      app.get(`/${path}`, { onRequest: forFastify.protect(verifier, isOptional(path)) }, async (request) => ({
        viewer: handlers[path](forFastify.findViewerOf(request)),
      }))
    return overHttp(await app.listen({ port: 0, host: '127.0.0.1' }), () => app.close())
  },

  async hono(verifier) {
    const app = new Hono()
    for (const path of paths)
      app.get(`/${path}`, forHono.protect(verifier, isOptional(path)), (c) =>
        c.json({ viewer: handlers[path](forHono.findViewerOf(c)) }),
      )
    return overFetch((request) => app.fetch(request))
  },

  async fetch(verifier) {
    const answer = (path: Path) =>
      forFetch.protect(
        verifier,
        (request) => Response.json({ viewer: handlers[path](forFetch.findViewerOf(request)) }),
        isOptional(path),
      )
    const all = new Map<string, Fetch>(paths.map((path) => [`/${path}`, answer(path)]))
    return overFetch((request) => all.get(new URL(request.url).pathname)?.(request) ?? new Response(null))
  },

  async nest(verifier) {
    const app = await NestFactory.create(nestModule(verifier), { logger: false })
    app.useGlobalFilters(forNest.createFilter())
    await app.listen(0, '127.0.0.1')
    return overHttp(await app.getUrl(), () => app.close())
  },

  async yoga(verifier) {
    const plugins = [forYoga.useGatehouse(verifier)]
    const yoga = createYoga({ schema: postsSchema(), plugins, logging: false })
    return overGraphql(
      'http://posts.example/graphql',
      async (request) => yoga.fetch(request),
      async () => yoga.dispose(),
    )
  },

  async apollo(verifier) {
    const server = new ApolloServer({ schema: forApollo.enforceScopes(postsSchema()) })
    const { url } = await startStandaloneServer(server, {
      listen: { port: 0, host: '127.0.0.1' },
      context: forApollo.createContext(verifier),
    })
    return overGraphql(
      url,
      (request) => fetch(request),
      () => server.stop(),
    )
  },
}

/** The decorators of Nest, called as the compiler calls them. */
function nestModule(verifier: Verifier) {
  class PostsController {}
  for (const path of paths) {
    const handle = (request: object) => ({ viewer: handlers[path](forNest.findViewerOf(request)) })
    const descriptor = { value: handle, configurable: true }
    Object.defineProperty(PostsController.prototype, path, descriptor)
    Get(path)(PostsController.prototype, path, descriptor)
    Req()(PostsController.prototype, path, 0)
    UseGuards(forNest.createGuard(verifier, isOptional(path)))(PostsController.prototype, path, descriptor)
  }
  Controller()(PostsController)
  class PostsModule {}
  Module({ controllers: [PostsController] })(PostsModule)
  return PostsModule
}

function overHttp(base: string, close: () => Promise<unknown>): AdaptedServer {
  return { ...overFetch((request) => fetch(request), base), close }
}

function overFetch(send: Fetch, base = 'http://posts.example'): AdaptedServer {
  return {
    async ask(path, headers) {
      const response = await send(new Request(`${base}/${path}`, { headers }))
      return replyOf(response, response.status, (await response.json()).viewer ?? null)
    },
    close: async () => undefined,
  }
}

const statuses: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, UNAVAILABLE: 503 }

/** The field of that name; its error code is told as the status that the other frameworks answer. */
function overGraphql(url: string, send: Fetch, close: () => Promise<unknown>): AdaptedServer {
  return {
    async ask(path, headers) {
      const body = JSON.stringify({ query: `{ ${path} }` })
      const all = { 'content-type': 'application/json', ...headers }
      const response = await send(new Request(url, { method: 'POST', headers: all, body }))
      const { data, errors } = await response.json()
      const status = errors === undefined ? 200 : (statuses[errors[0].extensions.code] ?? 500)
      return replyOf(response, status, data?.[path] ?? null)
    },
    close,
  }
}

function replyOf({ headers }: Response, status: number, viewer: string | null): Reply {
  return {
    status,
    viewer,
    challenge: headers.get('www-authenticate'),
    retryAfter: headers.get('retry-after'),
  }
}
