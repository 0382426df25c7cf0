/** The API of the peers that are GraphQL servers. */
export const peerTypeDefs = `
  type User { id: ID! email: String! role: String! }
  type Tokens { accessToken: String! refreshToken: String! }
  type Query { me: User }
  type Mutation {
    login(email: String!, password: String!): Tokens
    refresh(refreshToken: String!): Tokens
  }`
