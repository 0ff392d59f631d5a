import {send} from './api.js';

const LONGEST_COMMAND = 100000;

/** The request as text: what is sent is what stands there, whoever wrote it. */
export class Raw {
  /**
   * @param root the section of the page
   * @param answered is told the answer and the body that was sent
   */
  constructor(root, path, answered) {
    this.root = root;
    this.path = path;
    this.answered = answered;
    this.text = root.querySelector('textarea');
    this.asking = false;
    this.again = false;
    root.querySelector('.line').textContent = `POST ${new URL(path, document.baseURI).pathname}`;
    this.text.addEventListener('input', () => this.showCommand());
    this.text.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.send();
    });
    root.querySelector('.send').addEventListener('click', () => this.send());
    root.querySelector('.copy').addEventListener('click', () => this.copy());
    this.showCommand();
  }

  /** Puts a request there and sends it. */
  ask(body) {
    this.text.value = body;
    this.showCommand();
    this.send();
  }

  /** Nothing to ask. */
  clear() {
    this.again = false;
    this.dropped = true;
    this.text.value = '';
    this.root.querySelector('.response').textContent = '';
    this.root.querySelector('.status').textContent = '';
    this.showCommand();
  }

  /** One request at a time; of those that come meanwhile, the last. */
  async send() {
    this.dropped = false;
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    do {
      this.again = false;
      const body = this.text.value;
      const answer = await send(this.path, body);
      if (this.dropped) continue;
      this.root.querySelector('.response').textContent = answer.text;
      this.root.querySelector('.status').textContent =
        answer.status ? `${answer.status} in ${answer.millis.toFixed(answer.millis < 10 ? 1 : 0)} ms` : answer.problem;
      this.answered(answer, body);
    } while (this.again);
    this.asking = false;
  }

  showCommand() {
    const body = this.text.value;
    const data = body.length > LONGEST_COMMAND ? '@request.json' : `'${body.replaceAll("'", "'\\''")}'`;
    this.root.querySelector('.curl').textContent = body
      ? `curl -s ${new URL(this.path, document.baseURI)} -H 'content-type: application/json' -d ${data}`
      : '';
    this.root.querySelector('.copy').hidden = !body;
    this.root.querySelector('.copied').textContent =
      body.length > LONGEST_COMMAND ? 'The request is too long for a command line: save it as request.json' : '';
  }

  async copy() {
    const command = this.root.querySelector('.curl');
    const copied = this.root.querySelector('.copied');
    try {
      await navigator.clipboard.writeText(command.textContent);
      copied.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(command);
      copied.textContent = 'Selected: copy it with Ctrl-C';
    }
  }
}
