/** What the server answers, as JSON; an Error with the server's own sentence otherwise. */
export async function get(path) {
  const answer = await send(path, undefined);
  if (answer.status !== 200) throw new Error(answer.problem);
  return answer.json;
}

/**
 * Sends a body, or asks without one.
 * @returns {Promise<{status: number, text: string, json: object, problem: string, version: string, millis: number}>}
 */
export async function send(path, body) {
  const began = performance.now();
  let response, text;
  try {
    response = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? {accept: 'application/json'} : {accept: 'application/json', 'content-type': 'application/json'},
      body,
    });
    text = await response.text();
  } catch {
    return {status: 0, text: '', json: {}, problem: 'the server does not answer: is it still running?', version: '', millis: 0};
  }
  const millis = performance.now() - began;
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = {};
  }
  return {
    status: response.status,
    text,
    json,
    problem: response.ok ? '' : json.error || `the server answered ${response.status}`,
    version: response.headers.get('escala-model-version') || '',
    millis,
  };
}

export function percent(probability) {
  const text = (probability * 100).toFixed(1);
  if (text === '0.0' && probability > 0) return '< 0.1 %';
  if (text === '100.0' && probability < 1) return '> 99.9 %';
  return `${text} %`;
}
