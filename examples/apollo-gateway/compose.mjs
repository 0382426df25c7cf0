// Composes Gatehouse and the posts for a gateway that refuses @authenticated and @requiresScopes: writes supergraph.graphql.
import { readFileSync, writeFileSync } from 'node:fs'
import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { withoutPolicies } from './without-policies.js'

/** @param {string} name @param {string} url @param {string} file */
function subgraph(name, url, file) {
  return { name, url, typeDefs: parse(withoutPolicies(readFileSync(file, 'utf8'))) }
}

const { supergraphSdl, errors } = composeServices([
  subgraph('gatehouse', process.env.GATEHOUSE_URL ?? 'http://localhost:4000/graphql', 'gatehouse.graphql'),
  subgraph('posts', process.env.POSTS_URL ?? 'http://localhost:4001/graphql', 'posts.graphql'),
])
if (supergraphSdl === undefined) throw new Error(errors?.join('\n'))
writeFileSync('supergraph.graphql', supergraphSdl)
console.log('supergraph.graphql is written.')
