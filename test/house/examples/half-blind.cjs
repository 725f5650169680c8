const rules = require('../../../.dependency-cruiser.cjs');

module.exports = { ...rules, options: { ...rules.options, includeOnly: { path: '^functions/' } } };
