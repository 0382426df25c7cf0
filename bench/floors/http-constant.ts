// Floor of HTTP: Node's server reads the body and returns a constant.
import { listen } from '../peers/listen.ts'

listen((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/json').end('{"data":{"constant":"constant"}}')
  })
})
