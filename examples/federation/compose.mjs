// Composes Gatehouse and the posts: writes supergraph.graphql. Run it again after an update of Gatehouse or a change of posts.js.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { composeServices } from '@theguild/federation-composition'
import { parse } from 'graphql'
import { sdl as posts } from './posts.js'

/** The schema of the installed version of Gatehouse. */
const gatehouse = readFileSync(
  createRequire(import.meta.url).resolve('gatehouse-auth/schema.graphql'),
  'utf8',
)

const { supergraphSdl, errors } = composeServices([
  {
    name: 'gatehouse',
    url: process.env.GATEHOUSE_URL ?? 'http://localhost:4000/graphql',
    typeDefs: parse(gatehouse),
  },
  { name: 'posts', url: process.env.POSTS_URL ?? 'http://localhost:4001/graphql', typeDefs: parse(posts) },
])
if (supergraphSdl === undefined) throw new Error(errors?.join('\n'))
writeFileSync('supergraph.graphql', supergraphSdl)
console.log('supergraph.graphql is written.')
