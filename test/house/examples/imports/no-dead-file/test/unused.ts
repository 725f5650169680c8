import { printTwice } from '../shared/unused.ts';

printTwice('only a test uses it');
