// sm-crypto as a peer: one JSON request a line, one JSON answer a line; octets are hex.
'use strict'
const readline = require('node:readline')
const {sm2, sm3, sm4} = require('sm-crypto')
const version = `sm-crypto ${require('sm-crypto/package.json').version}`

const octets = hex => Array.from(Buffer.from(hex, 'hex'))
const hexOf = data => Buffer.from(data).toString('hex')
function mode(form) {
  if (form === 'der') throw new Error('no DER ciphertexts')
  return form === 'c1c3c2' ? 1 : 0
}
const named = id => (id === undefined ? {} : {userId: Buffer.from(id, 'hex').toString('utf8')})

function opened(key, box, order) {
  const data = sm2.doDecrypt(box, key, order, {output: 'array'})
  if (data.length === 0) throw new Error('it did not open')
  return {data: hexOf(data)}
}

const operations = {
  'sign': f => ({
    signature: sm2.doSignature(octets(f.data), f.key, {hash: true, der: f.form === 'der', ...named(f.id)}),
  }),
  'verify': f => ({
    valid: sm2.doVerifySignature(octets(f.data), f.signature, f.public, {hash: true, der: f.form === 'der', ...named(f.id)}),
  }),
  // Its ciphertexts have no 04 in front.
  'encrypt': f => ({ciphertext: '04' + sm2.doEncrypt(octets(f.data), f.public, mode(f.form))}),
  'decrypt': f => opened(f.key, f.ciphertext.slice(2), mode(f.form)),
  'default.sign': f => ({signature: sm2.doSignature(octets(f.data), f.key)}),
  'default.verify': f => ({valid: sm2.doVerifySignature(octets(f.data), f.signature, f.public)}),
  'default.encrypt': f => ({ciphertext: sm2.doEncrypt(octets(f.data), f.public)}),
  'default.decrypt': f => opened(f.key, f.ciphertext, undefined),
  'sm3': f => ({digest: sm3(octets(f.data))}),
  'hmac': f => ({mac: sm3(octets(f.data), {mode: 'hmac', key: f.key})}),
  'sm4.encrypt': f => ({ciphertext: sm4.encrypt(octets(f.data), f.key, options(f))}),
  'sm4.decrypt': f => ({data: hexOf(sm4.decrypt(f.ciphertext, f.key, {...options(f), output: 'array'}))}),
}

function options(f) {
  if (f.form !== 'cbc') throw new Error('no such mode')
  return {mode: 'cbc', iv: f.iv, padding: 'pkcs#7'}
}

readline.createInterface({input: process.stdin}).on('line', line => {
  const request = JSON.parse(line)
  let answer
  try {
    const operation = operations[request.operation]
    if (request.operation === 'hello') answer = {version, operations: Object.keys(operations)}
    else if (operation === undefined) answer = {error: 'no such operation'}
    else answer = operation(request)
  } catch (fault) {
    answer = {error: String(fault)}
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
})
