/**
 * Shows a bar for each row.
 * @param {{name: string, given?: string, from?: number, size: number, text: string, tick?: number, chosen?: boolean, less?: boolean}[]} rows
 *   from, size and tick are parts of the width, 0 to 1
 */
export function show(container, rows) {
  while (container.children.length > rows.length) container.lastChild.remove();
  while (container.children.length < rows.length) container.append(bar());
  const longest = Math.max(0, ...rows.map(row => row.name.length + (row.given ? row.given.length + 1 : 0)));
  container.style.setProperty('--names', `min(${longest + 1}ch, 54%)`);
  rows.forEach((row, i) => fill(container.children[i], row));
}

function bar() {
  const element = part('div', 'bar');
  const track = part('span', 'track');
  track.append(part('span', 'fill'), part('span', 'tick'));
  element.append(part('span', 'name'), track, part('span', 'value'));
  return element;
}

function part(tag, name) {
  const element = document.createElement(tag);
  element.className = name;
  return element;
}

function fill(element, row) {
  element.classList.toggle('chosen', Boolean(row.chosen));
  element.classList.toggle('less', Boolean(row.less));
  const name = element.querySelector('.name');
  name.textContent = row.name;
  if (row.given) {
    const given = part('span', 'given');
    given.textContent = ` ${row.given}`;
    name.append(given);
  }
  name.title = name.textContent;
  const filled = element.querySelector('.fill').style;
  filled.left = `${(row.from || 0) * 100}%`;
  filled.width = `${row.size * 100}%`;
  const tick = element.querySelector('.tick');
  tick.hidden = row.tick === undefined;
  if (!tick.hidden) tick.style.left = `${row.tick * 100}%`;
  element.querySelector('.value').textContent = row.text;
}
