console.log(process.env.PROJECT); // !
