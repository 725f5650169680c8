/** Which group a category of products belongs to; every other one is Other. */
const GROUPS = {
  Software: ['Software'],
  Hardware: ['Laptop', 'Phone', 'Tablet', 'TV', 'Console'],
  Wearables: ['Wearable'],
  Home: ['Appliance', 'Smart Home'],
  Camera: ['Camera'],
  Audio: ['Audio'],
};
const OTHER = 'Other';

/** The names of all groups. */
const names = [...Object.keys(GROUPS), OTHER];

/** The group of a category. */
const groupOf = (category) => {
  const cases = Object.entries(GROUPS).map(([group, members]) => `WHEN ${category} IN (${members.map((member) => `'${member}'`).join(', ')}) THEN '${group}'`);
  return `CASE ${cases.join(' ')} ELSE '${OTHER}' END`;
};

module.exports = { OTHER, names, groupOf };
