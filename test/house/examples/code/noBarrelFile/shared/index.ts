export { get } from './http.ts'; // !
export { print } from './log.ts';
