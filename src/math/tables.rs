//! Tables and polynomials of the elementary functions. Written by `tools/math_tables.py`, which says how.

/// Row i, for 2^(i/128) = head * (1 + tail): the tail's bits, and the head's minus i * 2^45.
pub static EXP: [[u64; 2]; 128] = [
    [0x0000000000000000, 0x3ff0000000000000],
    [0x3c9b3b4f1a88bf6e, 0x3feff63da9fb3335],
    [0xbc7160139cd8dc5d, 0x3fefec9a3e778061],
    [0xbc905e7a108766d1, 0x3fefe315e86e7f85],
    [0x3c8cd2523567f613, 0x3fefd9b0d3158574],
    [0xbc8bce8023f98efa, 0x3fefd06b29ddf6de],
    [0x3c60f74e61e6c861, 0x3fefc74518759bc8],
    [0x3c90a3e45b33d399, 0x3fefbe3ecac6f383],
    [0x3c979aa65d837b6d, 0x3fefb5586cf9890f],
    [0x3c8eb51a92fdeffc, 0x3fefac922b7247f7],
    [0x3c3ebe3d702f9cd1, 0x3fefa3ec32d3d1a2],
    [0xbc6a033489906e0b, 0x3fef9b66affed31b],
    [0xbc9556522a2fbd0e, 0x3fef9301d0125b51],
    [0xbc5080ef8c4eea55, 0x3fef8abdc06c31cc],
    [0xbc91c923b9d5f416, 0x3fef829aaea92de0],
    [0x3c80d3e3e95c55af, 0x3fef7a98c8a58e51],
    [0xbc801b15eaa59348, 0x3fef72b83c7d517b],
    [0xbc8f1ff055de323d, 0x3fef6af9388c8dea],
    [0x3c8b898c3f1353bf, 0x3fef635beb6fcb75],
    [0xbc96d99c7611eb26, 0x3fef5be084045cd4],
    [0x3c9aecf73e3a2f60, 0x3fef54873168b9aa],
    [0xbc8fe782cb86389d, 0x3fef4d5022fcd91d],
    [0x3c8a6f4144a6c38d, 0x3fef463b88628cd6],
    [0x3c807a05b0e4047d, 0x3fef3f49917ddc96],
    [0x3c968efde3a8a894, 0x3fef387a6e756238],
    [0x3c875e18f274487d, 0x3fef31ce4fb2a63f],
    [0x3c80472b981fe7f2, 0x3fef2b4565e27cdd],
    [0xbc96b87b3f71085e, 0x3fef24dfe1f56381],
    [0x3c82f7e16d09ab31, 0x3fef1e9df51fdee1],
    [0xbc3d219b1a6fbffa, 0x3fef187fd0dad990],
    [0x3c8b3782720c0ab4, 0x3fef1285a6e4030b],
    [0x3c6e149289cecb8f, 0x3fef0cafa93e2f56],
    [0x3c834d754db0abb6, 0x3fef06fe0a31b715],
    [0x3c864201e2ac744c, 0x3fef0170fc4cd831],
    [0x3c8fdd395dd3f84a, 0x3feefc08b26416ff],
    [0xbc86a3803b8e5b04, 0x3feef6c55f929ff1],
    [0xbc924aedcc4b5068, 0x3feef1a7373aa9cb],
    [0xbc9907f81b512d8e, 0x3feeecae6d05d866],
    [0xbc71d1e83e9436d2, 0x3feee7db34e59ff7],
    [0xbc991919b3ce1b15, 0x3feee32dc313a8e5],
    [0x3c859f48a72a4c6d, 0x3feedea64c123422],
    [0xbc9312607a28698a, 0x3feeda4504ac801c],
    [0xbc58a78f4817895b, 0x3feed60a21f72e2a],
    [0xbc7c2c9b67499a1b, 0x3feed1f5d950a897],
    [0x3c4363ed60c2ac11, 0x3feece086061892d],
    [0x3c9666093b0664ef, 0x3feeca41ed1d0057],
    [0x3c6ecce1daa10379, 0x3feec6a2b5c13cd0],
    [0x3c93ff8e3f0f1230, 0x3feec32af0d7d3de],
    [0x3c7690cebb7aafb0, 0x3feebfdad5362a27],
    [0x3c931dbdeb54e077, 0x3feebcb299fddd0d],
    [0xbc8f94340071a38e, 0x3feeb9b2769d2ca7],
    [0xbc87deccdc93a349, 0x3feeb6daa2cf6642],
    [0xbc78dec6bd0f385f, 0x3feeb42b569d4f82],
    [0xbc861246ec7b5cf6, 0x3feeb1a4ca5d920f],
    [0x3c93350518fdd78e, 0x3feeaf4736b527da],
    [0x3c7b98b72f8a9b05, 0x3feead12d497c7fd],
    [0x3c9063e1e21c5409, 0x3feeab07dd485429],
    [0x3c34c7855019c6ea, 0x3feea9268a5946b7],
    [0x3c9432e62b64c035, 0x3feea76f15ad2148],
    [0xbc8ce44a6199769f, 0x3feea5e1b976dc09],
    [0xbc8c33c53bef4da8, 0x3feea47eb03a5585],
    [0xbc845378892be9ae, 0x3feea34634ccc320],
    [0xbc93cedd78565858, 0x3feea23882552225],
    [0x3c5710aa807e1964, 0x3feea155d44ca973],
    [0xbc93b3efbf5e2228, 0x3feea09e667f3bcd],
    [0xbc6a12ad8734b982, 0x3feea012750bdabf],
    [0xbc6367efb86da9ee, 0x3fee9fb23c651a2f],
    [0xbc80dc3d54e08851, 0x3fee9f7df9519484],
    [0xbc781f647e5a3ecf, 0x3fee9f75e8ec5f74],
    [0xbc86ee4ac08b7db0, 0x3fee9f9a48a58174],
    [0xbc8619321e55e68a, 0x3fee9feb564267c9],
    [0x3c909ccb5e09d4d3, 0x3feea0694fde5d3f],
    [0xbc7b32dcb94da51d, 0x3feea11473eb0187],
    [0x3c94ecfd5467c06b, 0x3feea1ed0130c132],
    [0x3c65ebe1abd66c55, 0x3feea2f336cf4e62],
    [0xbc88a1c52fb3cf42, 0x3feea427543e1a12],
    [0xbc9369b6f13b3734, 0x3feea589994cce13],
    [0xbc805e843a19ff1e, 0x3feea71a4623c7ad],
    [0xbc94d450d872576e, 0x3feea8d99b4492ed],
    [0x3c90ad675b0e8a00, 0x3feeaac7d98a6699],
    [0x3c8db72fc1f0eab4, 0x3feeace5422aa0db],
    [0xbc65b6609cc5e7ff, 0x3feeaf3216b5448c],
    [0x3c7bf68359f35f44, 0x3feeb1ae99157736],
    [0xbc93091fa71e3d83, 0x3feeb45b0b91ffc6],
    [0xbc5da9b88b6c1e29, 0x3feeb737b0cdc5e5],
    [0xbc6c23f97c90b959, 0x3feeba44cbc8520f],
    [0xbc92434322f4f9aa, 0x3feebd829fde4e50],
    [0xbc85ca6cd7668e4b, 0x3feec0f170ca07ba],
    [0x3c71affc2b91ce27, 0x3feec49182a3f090],
    [0x3c6dd235e10a73bb, 0x3feec86319e32323],
    [0xbc87c50422622263, 0x3feecc667b5de565],
    [0x3c8b1c86e3e231d5, 0x3feed09bec4a2d33],
    [0xbc91bbd1d3bcbb15, 0x3feed503b23e255d],
    [0x3c90cc319cee31d2, 0x3feed99e1330b358],
    [0x3c8469846e735ab3, 0x3feede6b5579fdbf],
    [0xbc82dfcd978e9db4, 0x3feee36bbfd3f37a],
    [0x3c8c1a7792cb3387, 0x3feee89f995ad3ad],
    [0xbc907b8f4ad1d9fa, 0x3feeee07298db666],
    [0xbc55c3d956dcaeba, 0x3feef3a2b84f15fb],
    [0xbc90a40e3da6f640, 0x3feef9728de5593a],
    [0xbc68d6f438ad9334, 0x3feeff76f2fb5e47],
    [0xbc91eee26b588a35, 0x3fef05b030a1064a],
    [0x3c74ffd70a5fddcd, 0x3fef0c1e904bc1d2],
    [0xbc91bdfbfa9298ac, 0x3fef12c25bd71e09],
    [0x3c736eae30af0cb3, 0x3fef199bdd85529c],
    [0x3c8ee3325c9ffd94, 0x3fef20ab5fffd07a],
    [0x3c84e08fd10959ac, 0x3fef27f12e57d14b],
    [0x3c63cdaf384e1a67, 0x3fef2f6d9406e7b5],
    [0x3c676b2c6c921968, 0x3fef3720dcef9069],
    [0xbc808a1883ccb5d2, 0x3fef3f0b555dc3fa],
    [0xbc8fad5d3ffffa6f, 0x3fef472d4a07897c],
    [0xbc900dae3875a949, 0x3fef4f87080d89f2],
    [0x3c74a385a63d07a7, 0x3fef5818dcfba487],
    [0xbc82919e2040220f, 0x3fef60e316c98398],
    [0x3c8e5a50d5c192ac, 0x3fef69e603db3285],
    [0x3c843a59ac016b4b, 0x3fef7321f301b460],
    [0xbc82d52107b43e1f, 0x3fef7c97337b9b5f],
    [0xbc892ab93b470dc9, 0x3fef864614f5a129],
    [0x3c74b604603a88d3, 0x3fef902ee78b3ff6],
    [0x3c83c5ec519d7271, 0x3fef9a51fbc74c83],
    [0xbc8ff7128fd391f0, 0x3fefa4afa2a490da],
    [0xbc8dae98e223747d, 0x3fefaf482d8e67f1],
    [0x3c8ec3bc41aa2008, 0x3fefba1bee615a27],
    [0x3c842b94c3a9eb32, 0x3fefc52b376bba97],
    [0x3c8a64a931d185ee, 0x3fefd0765b6e4540],
    [0xbc8e37bae43be3ed, 0x3fefdbfdad9cbe14],
    [0x3c77893b4d91cd9d, 0x3fefe7c1819e90d8],
    [0x3c5305c14160cc89, 0x3feff3c22b8f71f1],
];
/// Where the significands of `log` begin: 1 lies inside a subinterval.
pub const LOG_OFF: u64 = 0x3fe6955500000000;
/// Row i: the bits of 1/c, in 11 bits, c near the middle of the i-th subinterval, and of log(c)'s head.
pub static LOG: [[u64; 2]; 128] = [
    [0x3ff69c0000000000, 0xbfd621315424f000],
    [0x3ff67c0000000000, 0xbfd5c65c0645a000],
    [0x3ff65c0000000000, 0xbfd56b0515a18000],
    [0x3ff63c0000000000, 0xbfd50f2b0e1e0000],
    [0x3ff6200000000000, 0xbfd4be5f95778000],
    [0x3ff6000000000000, 0xbfd4618bc21c6000],
    [0x3ff5e40000000000, 0xbfd40fe363303000],
    [0x3ff5c40000000000, 0xbfd3b21066b9c000],
    [0x3ff5a80000000000, 0xbfd35f865c933000],
    [0x3ff5880000000000, 0xbfd300aead063000],
    [0x3ff56c0000000000, 0xbfd2ad3e0ab73000],
    [0x3ff5500000000000, 0xbfd2596010df7000],
    [0x3ff5340000000000, 0xbfd205139f73b000],
    [0x3ff5180000000000, 0xbfd1b05791f08000],
    [0x3ff4fc0000000000, 0xbfd15b2abf429000],
    [0x3ff4e00000000000, 0xbfd1058bf9ae5000],
    [0x3ff4c80000000000, 0xbfd0bbccdb0d2000],
    [0x3ff4ac0000000000, 0xbfd0655746227000],
    [0x3ff4900000000000, 0xbfd00e6c45ad5000],
    [0x3ff4780000000000, 0xbfcf871b28956000],
    [0x3ff45c0000000000, 0xbfced78a58ca8000],
    [0x3ff4440000000000, 0xbfce404da034c000],
    [0x3ff4280000000000, 0xbfcd8ef91af32000],
    [0x3ff4100000000000, 0xbfccf6354e09c000],
    [0x3ff3f80000000000, 0xbfcc5cba543ae000],
    [0x3ff3e00000000000, 0xbfcbc286742d8000],
    [0x3ff3c40000000000, 0xbfcb0db33d620000],
    [0x3ff3ac0000000000, 0xbfca71e8b7be0000],
    [0x3ff3940000000000, 0xbfc9d55fac62e000],
    [0x3ff37c0000000000, 0xbfc938164715a000],
    [0x3ff3640000000000, 0xbfc89a0aacd4e000],
    [0x3ff3500000000000, 0xbfc815c0a1436000],
    [0x3ff3380000000000, 0xbfc7764c128f2000],
    [0x3ff3200000000000, 0xbfc6d60fe719e000],
    [0x3ff3080000000000, 0xbfc6350a28aaa000],
    [0x3ff2f40000000000, 0xbfc5ae3f4a3aa000],
    [0x3ff2dc0000000000, 0xbfc50bc2cd29c000],
    [0x3ff2c80000000000, 0xbfc483bccce6e000],
    [0x3ff2b00000000000, 0xbfc3dfc2b0ecc000],
    [0x3ff29c0000000000, 0xbfc3567bbfc22000],
    [0x3ff2840000000000, 0xbfc2b0fcf3b1a000],
    [0x3ff2700000000000, 0xbfc2266f190a6000],
    [0x3ff25c0000000000, 0xbfc19b4aa0cee000],
    [0x3ff2440000000000, 0xbfc0f3897134c000],
    [0x3ff2300000000000, 0xbfc0671512ca6000],
    [0x3ff21c0000000000, 0xbfbfb40bd6ff4000],
    [0x3ff2080000000000, 0xbfbe98b549670000],
    [0x3ff1f40000000000, 0xbfbd7c23c69cc000],
    [0x3ff1e00000000000, 0xbfbc5e548f5bc000],
    [0x3ff1cc0000000000, 0xbfbb3f44db220000],
    [0x3ff1b80000000000, 0xbfba1ef1d8060000],
    [0x3ff1a40000000000, 0xbfb8fd58aa8c4000],
    [0x3ff1900000000000, 0xbfb7da766d7b0000],
    [0x3ff17c0000000000, 0xbfb6b64831b00000],
    [0x3ff16c0000000000, 0xbfb5cb9892ed4000],
    [0x3ff1580000000000, 0xbfb4a50d3aa1c000],
    [0x3ff1440000000000, 0xbfb37d2d76284000],
    [0x3ff1340000000000, 0xbfb28f83450ec000],
    [0x3ff1200000000000, 0xbfb16536eea38000],
    [0x3ff1100000000000, 0xbfb0759835990000],
    [0x3ff0fc0000000000, 0xbfae91aa19150000],
    [0x3ff0e80000000000, 0xbfac355dd0920000],
    [0x3ff0d80000000000, 0xbfaa4fe9ffa40000],
    [0x3ff0c80000000000, 0xbfa868a830840000],
    [0x3ff0b40000000000, 0xbfa60506fe990000],
    [0x3ff0a40000000000, 0xbfa419a909590000],
    [0x3ff0940000000000, 0xbfa22c71bcea8000],
    [0x3ff0800000000000, 0xbf9f829b0e780000],
    [0x3ff0700000000000, 0xbf9b9fc027b00000],
    [0x3ff0600000000000, 0xbf97b91b07d60000],
    [0x3ff0500000000000, 0xbf93cea443470000],
    [0x3ff0400000000000, 0xbf8fc0a8b0fc0000],
    [0x3ff02c0000000000, 0xbf85e1f703ec0000],
    [0x3ff01c0000000000, 0xbf7be79c70040000],
    [0x3ff00c0000000000, 0xbf67f7047d780000],
    [0x3ff0000000000000, 0x0000000000000000],
    [0x3fefb80000000000, 0x3f82145e939e0000],
    [0x3fef780000000000, 0x3f912487a5500000],
    [0x3fef380000000000, 0x3f994f6b99a20000],
    [0x3fef000000000000, 0x3fa0415d89e78000],
    [0x3feec00000000000, 0x3fa466aed42e0000],
    [0x3fee880000000000, 0x3fa80e7023d90000],
    [0x3fee500000000000, 0x3fabbcebfc690000],
    [0x3fee180000000000, 0x3faf723b51800000],
    [0x3fede00000000000, 0x3fb1973bd1464000],
    [0x3feda80000000000, 0x3fb378dd7f748000],
    [0x3fed700000000000, 0x3fb55e10050e0000],
    [0x3fed380000000000, 0x3fb746e100228000],
    [0x3fed000000000000, 0x3fb9335e5d594000],
    [0x3fecd00000000000, 0x3fbadc77ee5b0000],
    [0x3feca00000000000, 0x3fbc885801bc4000],
    [0x3fec680000000000, 0x3fbe7f1691a34000],
    [0x3fec380000000000, 0x3fc0188d2ecf6000],
    [0x3fec080000000000, 0x3fc0f301717d0000],
    [0x3febd80000000000, 0x3fc1ceed09854000],
    [0x3feba80000000000, 0x3fc2ac55095f6000],
    [0x3feb780000000000, 0x3fc38b3e9e028000],
    [0x3feb480000000000, 0x3fc46baf0f9f6000],
    [0x3feb180000000000, 0x3fc54dabc2610000],
    [0x3feae80000000000, 0x3fc6313a37336000],
    [0x3feac00000000000, 0x3fc6f0128b756000],
    [0x3fea900000000000, 0x3fc7d6903caf6000],
    [0x3fea680000000000, 0x3fc897e2b17b2000],
    [0x3fea380000000000, 0x3fc981634011a000],
    [0x3fea100000000000, 0x3fca454082e6a000],
    [0x3fe9e80000000000, 0x3fcb0a4b48fc2000],
    [0x3fe9b80000000000, 0x3fcbf851c0676000],
    [0x3fe9900000000000, 0x3fccc000c9db4000],
    [0x3fe9680000000000, 0x3fcd88e93fb30000],
    [0x3fe9400000000000, 0x3fce530effe72000],
    [0x3fe9180000000000, 0x3fcf1e75fadfa000],
    [0x3fe8f00000000000, 0x3fcfeb2233ea0000],
    [0x3fe8d00000000000, 0x3fd047e60cde8000],
    [0x3fe8a80000000000, 0x3fd0af660eb9e000],
    [0x3fe8800000000000, 0x3fd1178e8227e000],
    [0x3fe8580000000000, 0x3fd180618ef19000],
    [0x3fe8380000000000, 0x3fd1d4b9e796c000],
    [0x3fe8100000000000, 0x3fd23ec5991ec000],
    [0x3fe7f00000000000, 0x3fd2941afb187000],
    [0x3fe7c80000000000, 0x3fd2ff66b04eb000],
    [0x3fe7a80000000000, 0x3fd355bf1bd83000],
    [0x3fe7880000000000, 0x3fd3ac8ca38e6000],
    [0x3fe7600000000000, 0x3fd419b423d5f000],
    [0x3fe7400000000000, 0x3fd4718dc271c000],
    [0x3fe7200000000000, 0x3fd4c9e09e173000],
    [0x3fe7000000000000, 0x3fd522ae0738a000],
    [0x3fe6e00000000000, 0x3fd57bf753c8d000],
    [0x3fe6c00000000000, 0x3fd5d5bddf596000],
];
/// Row i: the bits of the tail of log(c), and zeros.
pub static LOG_TAIL: [[u64; 2]; 128] = [
    [0x3d3382fc4aa68669, 0], [0x3d39fe060180ee65, 0], [0xbd29247bbc4a23fc, 0], [0xbd3a09408c47b8d8, 0],
    [0x3d3d7c92cd9ad824, 0], [0x3d13d82f484c84cc, 0], [0xbd3e5c5fe79f05c6, 0], [0x3d33c1ed9811560e, 0],
    [0x3d3b07de4ea1a54a, 0], [0xbd342f568b75fcac, 0], [0xbd2b972e488c359f, 0], [0xbd38e7bc224ea3e3, 0],
    [0xbcf6e15e1609e0a4, 0], [0x3d32dd466dc55e2d, 0], [0x3d2d8e3b49b629b2, 0], [0x3d34ab9d817d52cd, 0],
    [0xbd32f32ccc5dcdfb, 0], [0xbd0131dfb4868d6a, 0], [0xbcdcc68d52e01203, 0], [0x3d3f75fd6a526efe, 0],
    [0xbd16f1b53793387e, 0], [0x3d3187eee09a2799, 0], [0x3d15105fc364c784, 0], [0xbd2771239a07d55b, 0],
    [0xbd20929decb454fc, 0], [0xbd39ac53f39d121c, 0], [0xbd3fee1438eab906, 0], [0x3d210aca6ef05323, 0],
    [0x3d3f4669fc3b5bc3, 0], [0x3d34c63d6a3a39d9, 0], [0xbd2c0bfbda8f5a72, 0], [0x3d302a52f9201ce8, 0],
    [0xbd0274903479e3d1, 0], [0x3d3bc6e557134767, 0], [0xbd2d5ec0ab8163af, 0], [0xbd21ea25f012a8b9, 0],
    [0xbd1ada5728db8d4f, 0], [0xbd1eea52723f6369, 0], [0xbd28a72a62b8c13f, 0], [0xbd3250d253991a1f, 0],
    [0xbd177ca3e30a59ea, 0], [0x3d24d20ab840e7f6, 0], [0x3d3d88249621338b, 0], [0x3d3da359e893d6c6, 0],
    [0x3d2a47579cdc0a3d, 0], [0xbd2c0becb7b53b5b, 0], [0xbd34677489c50e97, 0], [0x3d297ee4dd328771, 0],
    [0xbd1d0c57585fbe06, 0], [0xbd3fd153d8de09af, 0], [0xbd3cd4176df97bcb, 0], [0x3d3eec901bcb725b, 0],
    [0xbd32cc844480c89b, 0], [0x3d3bf30a1377de92, 0], [0xbd17be44a64fc52f, 0], [0x3d2f7fe1308973e2, 0],
    [0x3d2c60aa9b7ff15c, 0], [0xbd3a8d75aa119769, 0], [0x3d147c5e768fa309, 0], [0x3d3b8ecfe4b59987, 0],
    [0x3d0e82a01dcc6a76, 0], [0xbd2f2ccc9abf8388, 0], [0x3d36e584a0402925, 0], [0x3d12623a134ac693, 0],
    [0x3d32ba408194e036, 0], [0xbd3b5cdc67d48ea7, 0], [0xbcfd2818f87f888f, 0], [0xbd2980267c7e09e4, 0],
    [0x3d3b9a010ae6922a, 0], [0x3d33b955b602ace4, 0], [0x3d36a2c432d6a40b, 0], [0xbcdf1e7cf6d3a69c, 0],
    [0xbd37ca09f585da1b, 0], [0xbd38ec8f9a6c0404, 0], [0xbd283da689d68648, 0], [0x0000000000000000, 0],
    [0x3d3e3d1238c4ea00, 0], [0x3d3fdbe5fed4b393, 0], [0x3d311d5ef96cf7f5, 0], [0xbd3dddc7f461c516, 0],
    [0xbd2c167375bdfd28, 0], [0xbd399dc16f28bf45, 0], [0xbd17bf868c317c2a, 0], [0xbd3d6eb0dd5610d3, 0],
    [0x3d3566d154f930b3, 0], [0x3d37141128f1faca, 0], [0x3d0c1d740c53c72e, 0], [0xbd3126d16e1e21d2, 0],
    [0x3d23115c3abd47da, 0], [0xbd3573b209c31904, 0], [0x3d2646d1c65aacd3, 0], [0xbd32c1c59bc77bfa, 0],
    [0x3d03f9651cff9dfe, 0], [0xbd3e09b441ae86c5, 0], [0xbd315c1c39192af9, 0], [0xbd1d3466d0c6c8a8, 0],
    [0xbd370ef0545c17f9, 0], [0xbd1249cd0790841a, 0], [0x3d2746fee5c8d0d8, 0], [0xbd144df54f21ea6d, 0],
    [0x3d3577390d31ef0f, 0], [0xbd24c06b17c301d7, 0], [0xbd296b37380cbe9e, 0], [0x3d34eadd9e9045e2, 0],
    [0x3d360a77c81f7171, 0], [0xbd22e72d5c3998ed, 0], [0xbd35420e4c0854ad, 0], [0xbd1d6d585d57aff9, 0],
    [0xbd375f280234bf51, 0], [0xbd3fdbdbb13f7c18, 0], [0xbd20862b25d83f6d, 0], [0x3d2f3418de00938b, 0],
    [0x3d2dbdf10d397f3c, 0], [0x3d23c7c3f528d80a, 0], [0x3d31ef78ce2d07f2, 0], [0xbd3482ffc86d38e5, 0],
    [0x3d222a667c42e56d, 0], [0xbd36dbe448a2e522, 0], [0xbd3210c2b730e28b, 0], [0xbd38aed2541e6e2e, 0],
    [0xbd2ba99b8964f0e8, 0], [0xbd2d0befbc02be4a, 0], [0xbd3ce379226de3ec, 0], [0x3d306c18fb4c14c5, 0],
    [0xbd2e20891b0ad8a4, 0], [0x3d2ebe708164c759, 0], [0x3d1fadedee5d40ef, 0], [0xbd0a0b2a08a465dc, 0],
];
/// The binary digits of 2 / pi, after 64 zeros.
pub static TWO_OVER_PI: [u64; 20] = [
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
    0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
    0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
    0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
];
/// ln(2) / 128; the head has 34 bits, so that its product with 128 log2(exp(x)) is exact.
pub const LN2_128: [f64; 2] = [
    0.005415212347998022,
    1.2655086083325438e-13,
];
/// ln(2); the head has 42 bits, so that its product with an exponent is exact.
pub const LN2: [f64; 2] = [
    0.6931471805598903,
    5.497923018708371e-14,
];
/// ln(2), head and tail.
pub const LN2_DD: [f64; 2] = [
    0.6931471805599453,
    2.3190468138462996e-17,
];
/// 1 / ln(2), head of 21 bits and tail.
pub const LOG2E_DD: [f64; 2] = [
    1.4426946640014648,
    3.768874985636099e-07,
];
/// 1 / ln(10), head of 21 bits and tail.
pub const LOG10E_DD: [f64; 2] = [
    0.4342944622039795,
    1.9699272335463627e-08,
];
/// log10(2); the head has 42 bits.
pub const LOG10_2: [f64; 2] = [
    0.30102999566395283,
    2.8363394551044964e-14,
];
/// pi / 2 in 33 + 33 + 53 bits: the products with integers below 2^20 of the first two are exact.
pub const PIO2: [f64; 3] = [
    1.5707963267341256,
    6.077100506303966e-11,
    2.0222662487959506e-21,
];
/// pi / 4; the head has 50 bits, so that its product with 3 is exact.
pub const PIO4: [f64; 2] = [
    0.7853981633974483,
    3.061616997868383e-17,
];
/// pi, head and tail.
pub const PI_DD: [f64; 2] = [
    3.141592653589793,
    1.2246467991473532e-16,
];
/// pi / 2, head and tail.
pub const PIO2_DD: [f64; 2] = [
    1.5707963267948966,
    6.123233995736766e-17,
];
/// pi / 4, head and tail.
pub const PIO4_DD: [f64; 2] = [
    0.7853981633974483,
    3.061616997868383e-17,
];
/// 3 pi / 4, head and tail.
pub const PIO4_3_DD: [f64; 2] = [
    2.356194490192345,
    9.184850993605148e-17,
];
/// (log((1 + s) / (1 - s)) / s - 2) / s^2 by u = s^2; from 0 to 0.02945.
pub const LOG_S: [f64; 7] = [
    0.666666666666667,
    0.3999999999989924,
    0.2857142862609589,
    0.2222221111514416,
    0.18182890556695602,
    0.1533167403016786,
    0.1461703754879165,
];
/// (log(1 + r) - r + r^2 / 2) / r^3; from -0.0046 to 0.0054.
pub const LOG_POW: [f64; 6] = [
    0.33333333333333337,
    -0.2499999999999699,
    0.19999999996494242,
    -0.16666667314568442,
    0.14286104039387032,
    -0.12473740820423938,
];
/// (sin(x) / x - 1) / x^2 by u = x^2; from 0 to 0.617.
pub const SIN: [f64; 6] = [
    -0.16666666666666666,
    0.008333333333330946,
    -0.000198412698367542,
    2.7557316100283695e-06,
    -2.5051131372218632e-08,
    1.5918095236696272e-10,
];
/// (cos(x) - 1 + x^2 / 2) / x^4 by u = x^2; from 0 to 0.617.
pub const COS: [f64; 6] = [
    0.041666666666666664,
    -0.0013888888888887395,
    2.480158729876295e-05,
    -2.755731727031051e-07,
    2.087614597263508e-09,
    -1.1382611119025631e-11,
];
/// (exp(x) - 1 - x - x^2 / 2) / x^3; from -0.3 to 0.3.
pub const EXPM1: [f64; 10] = [
    0.16666666666666666,
    0.041666666666666664,
    0.008333333333332303,
    0.0013888888888888154,
    0.00019841269850425283,
    2.480158730812607e-05,
    2.7557290743222824e-06,
    2.755729888291896e-07,
    2.5088266409234795e-08,
    2.0902581899159318e-09,
];
/// (sinh(x) / x - 1) / x^2 by u = x^2; from 0 to 1.
pub const SINH: [f64; 7] = [
    0.16666666666666666,
    0.008333333333333299,
    0.00019841269841324198,
    2.7557319191381816e-06,
    2.5052117695907823e-08,
    1.6057679623801638e-10,
    7.746178593018827e-13,
];
/// (tanh(x) / x - 1) / x^2 by u = x^2; from 0 to 0.305.
pub const TANH: [f64; 11] = [
    -0.3333333333333333,
    0.13333333333332664,
    -0.053968253967375444,
    0.021869488491003373,
    -0.008863234336631581,
    0.0035921095752556695,
    -0.0014556554335819112,
    0.0005889046477753842,
    -0.0002345418689738096,
    8.496151810827025e-05,
    -2.0497839646919776e-05,
];
/// (tan(x) / x - 1) / x^2 by u = x^2; from 0 to 0.1545.
pub const TAN: [f64; 10] = [
    0.3333333333333333,
    0.13333333333333436,
    0.05396825396803316,
    0.021869488554393707,
    0.008863234766213415,
    0.003592146359428655,
    0.0014555677270061092,
    0.0005924146918897144,
    0.00022636830982364375,
    0.00013355841808359374,
];
/// (arctan(x) / x - 1) / x^2 by u = x^2; from 0 to 0.1716.
pub const ARCTAN: [f64; 11] = [
    -0.3333333333333333,
    0.19999999999995513,
    -0.1428571428466518,
    0.11111111015146714,
    -0.0909090457366906,
    0.07692183087342026,
    -0.06664509989818045,
    0.058581362519061465,
    -0.05085383488842831,
    0.03922974453661223,
    -0.019174543572021332,
];
/// ln(2); the head has 15 bits, so that its product with an exponent is exact.
pub const LN2_F32: [f32; 2] = [
    0.693145752,
    1.42860677e-06,
];
/// 1 / ln(2), head of 12 bits and tail.
pub const LOG2E_F32: [f32; 2] = [
    1.44287109,
    -0.000176052854,
];
/// 2 / ln(2), head of 12 bits and tail.
pub const LOG2E_2_F32: [f32; 2] = [
    2.88574219,
    -0.000352105708,
];
/// 1 / ln(10), head of 12 bits and tail.
pub const LOG10E_F32: [f32; 2] = [
    0.434326172,
    -3.16899714e-05,
];
/// log10(2); the head has 15 bits.
pub const LOG10_2_F32: [f32; 2] = [
    0.301025391,
    4.60503907e-06,
];
/// pi / 2, head and tail.
pub const PIO2_F32: [f32; 2] = [
    1.57079637,
    -4.37113883e-08,
];
/// pi, head and tail.
pub const PI_F32: [f32; 2] = [
    3.14159274,
    -8.74227766e-08,
];
/// (log((1 + s) / (1 - s)) / s - 2) / s^2 by u = s^2; from 0 to 0.02945.
pub const LOG_S_F32: [f32; 3] = [
    0.666667759,
    0.399775833,
    0.298708409,
];
/// (log2((1 + s) / (1 - s)) / s - 2 / ln(2)) / s^2 by u = s^2; from 0 to 0.02945.
pub const LOG2_S_F32: [f32; 4] = [
    0.961796701,
    0.577079058,
    0.41190654,
    0.336925358,
];
/// (sin(x) / x - 1) / x^2 by u = x^2; from 0 to 0.617.
pub const SIN_F32: [f32; 3] = [
    -0.166666552,
    0.00833219197,
    -0.000195187851,
];
/// (cos(x) - 1 + x^2 / 2) / x^4 by u = x^2; from 0 to 0.617.
pub const COS_F32: [f32; 3] = [
    0.041666653,
    -0.00138876424,
    2.44674975e-05,
];
/// (tan(x) / x - 1 - x^2 / 3) / x^4 by u = x^2; from 0 to 0.617.
pub const TAN_F32: [f32; 6] = [
    0.133332565,
    0.0539915301,
    0.0216357037,
    0.00992664043,
    0.00122713379,
    0.00382409291,
];
/// (exp(x) - 1 - x - x^2 / 2) / x^3; from -0.347 to 0.347.
pub const EXP_F32: [f32; 5] = [
    0.166666672,
    0.0416665077,
    0.0083331801,
    0.00139308849,
    0.000199696136,
];
/// (2^x - 1) / x; from -0.501 to 0.501.
pub const EXP2_F32: [f32; 6] = [
    0.693147182,
    0.240226507,
    0.055503577,
    0.00961807743,
    0.00133918587,
    0.000154563939,
];
/// (sinh(x) / x - 1) / x^2 by u = x^2; from 0 to 1.
pub const SINH_F32: [f32; 4] = [
    0.166666672,
    0.00833331607,
    0.0001984142,
    2.79153824e-06,
];
/// (tanh(x) / x - 1) / x^2 by u = x^2; from 0 to 0.5625.
pub const TANH_F32: [f32; 6] = [
    -0.333333164,
    0.133327231,
    -0.0538948998,
    0.0214593504,
    -0.00766860321,
    0.00174355134,
];
/// (arctan(x) / x - 1 + x^2 / 3) / x^4 by u = x^2; from 0 to 1.
pub const ARCTAN_F32: [f32; 9] = [
    0.199999675,
    -0.142843664,
    0.110914335,
    -0.0894653201,
    0.0707138106,
    -0.0495941676,
    0.0269050747,
    -0.00945364777,
    0.00155540241,
];
