// Lambda's Node runtime in small: asks the Runtime API for events and hands them to the function's handler.
// Ends when its standard input ends, which happens when the endpoint dies.
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

process.stdin.resume();
process.stdin.on('end', () => process.exit(143));
process.stdin.on('error', () => process.exit(143));

const [apiHost, apiPort] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, resource, body, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: apiHost, port: apiPort, method, path: '/2018-06-01/runtime/' + resource, headers, agent },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
        response.on('error', reject);
      });
    request.on('error', reject);
    request.end(body);
  });
}

function errorBody(error) {
  const known = error instanceof Error;
  return JSON.stringify({
    errorType: known ? error.name : typeof error,
    errorMessage: known ? error.message : String(error),
    trace: known && error.stack ? error.stack.split('\n') : [],
  });
}

// On AWS a custom resource answers to https, port 443. The CDK's own handlers rely on that: they
// pass on the URL's host and path only. Here the answer goes to the port that the URL names.
function leadAnswersTo(responseUrl) {
  const target = new URL(responseUrl);
  const original = https.request;
  https.request = function (options, ...rest) {
    const plain = options && typeof options === 'object' && !(options instanceof URL);
    if (plain && options.hostname === target.hostname && options.path === target.pathname + target.search) {
      return http.request({ ...options, port: target.port }, ...rest);
    }
    return original.call(this, options, ...rest);
  };
  return () => { https.request = original; };
}

async function load() {
  const [, file, name] = /^(.*)\.([^./]+)$/.exec(process.env._HANDLER) || [];
  if (!file) {
    throw Object.assign(new Error(`Bad handler '${process.env._HANDLER}'; write file.function`),
      { name: 'Runtime.MalformedHandlerName' });
  }
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, file);
  const found = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find((each) => fs.existsSync(each));
  if (!found) {
    throw Object.assign(new Error(`Cannot find module '${file}' in ${process.env.LAMBDA_TASK_ROOT}`),
      { name: 'Runtime.ImportModuleError' });
  }
  const module = found.endsWith('.mjs') ? await import(pathToFileURL(found)) : await requireOrImport(found);
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${process.env._HANDLER} is undefined or not exported`),
      { name: 'Runtime.HandlerNotFound' });
  }
  return handler;
}

async function requireOrImport(file) {
  try {
    return require(file);
  } catch (error) {
    if (error.code === 'ERR_REQUIRE_ESM') {
      return import(pathToFileURL(file));
    }
    throw error;
  }
}

function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    context.done = callback;
    context.succeed = resolve;
    context.fail = reject;
    const result = handler(event, context, callback);
    if (result && typeof result.then === 'function') {
      result.then(resolve, reject);
    } else if (handler.length < 3) {
      resolve(result);
    }
  });
}

async function main() {
  let handler;
  try {
    handler = await load();
  } catch (error) {
    console.error(error);
    await call('POST', 'init/error', errorBody(error), { 'Content-Type': 'application/json' });
    process.exit(1);
  }
  for (;;) {
    const next = await call('GET', 'invocation/next');
    const requestId = next.headers['lambda-runtime-aws-request-id'];
    const deadline = Number(next.headers['lambda-runtime-deadline-ms']);
    const context = {
      awsRequestId: requestId,
      invokedFunctionArn: next.headers['lambda-runtime-invoked-function-arn'],
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => deadline - Date.now(),
    };
    let restore = () => {};
    try {
      const event = JSON.parse(next.body.toString('utf8'));
      if (event && typeof event.ResponseURL === 'string') {
        restore = leadAnswersTo(event.ResponseURL);
      }
      const result = await run(handler, event, context);
      await call('POST', `invocation/${requestId}/response`, JSON.stringify(result === undefined ? null : result));
    } catch (error) {
      console.error(error);
      await call('POST', `invocation/${requestId}/error`, errorBody(error), { 'Content-Type': 'application/json' });
    } finally {
      restore();
    }
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
